import { stripTypeScriptTypes } from 'node:module';
import { printable } from '@agentmesh/errors';
import { PluginSandboxError } from '../plugin-sandbox-error.js';
import type { SourceFile } from './engine.js';

const MAX_CACHED = 512;
const cache = new Map<string, string>();

/**
 * A TypeScript file as JavaScript: types become blanks, so that lines and columns stay. Parsing only; each content once.
 *
 * @throws PluginSandboxError `TYPESCRIPT_UNSUPPORTED` naming the file, for syntax that has no erasable form and for what
 * cannot be parsed
 */
export function stripTypes(file: SourceFile): string {
  const known = cache.get(file.sha256);
  if (known !== undefined) return known;
  const text = strip(file);
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(file.sha256, text);
  return text;
}

function strip(file: SourceFile): string {
  try {
    return withoutWarning(() => stripTypeScriptTypes(file.text, { mode: 'strip' }));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new PluginSandboxError(`${printable(file.path)}: ${error.message}`, {
      code: 'TYPESCRIPT_UNSUPPORTED',
      hint: 'Only types that can be erased are supported: no enum, namespace, parameter property or import = require().',
      cause: error,
    });
  }
}

/** Node warns once per process that the function is experimental; that is for us to know, not for every user of a plugin. */
function withoutWarning<T>(work: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return work();
  } finally {
    process.emitWarning = emitWarning;
  }
}
