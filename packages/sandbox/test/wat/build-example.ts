/** Makes the module of examples/plugins/word-count-wasm from its text again. */
import { readFileSync, writeFileSync } from 'node:fs';
import { compileWat } from './compile-wat.ts';

const text = new URL('../../../../examples/plugins/word-count-wasm/word_count_wasm.wat', import.meta.url);
writeFileSync(new URL('word_count_wasm.wasm', text), await compileWat(readFileSync(text, 'utf8')));
