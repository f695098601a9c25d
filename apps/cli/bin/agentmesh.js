#!/usr/bin/env node
import module from 'node:module';
import { compileCacheFolder, main } from '../dist/main.js';

module.enableCompileCache(compileCacheFolder());
process.exitCode = await main(process.argv.slice(2), new URL('..', import.meta.url));
