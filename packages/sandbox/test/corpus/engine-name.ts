import type { EscapeCase } from './escape-case.js';

/** The engines, as the corpus is run against them. */
export type EngineName = 'node' | 'python' | 'quickjs' | 'wasm';

const LANGUAGES: Record<EngineName, EscapeCase['lang']> = {
  node: 'javascript',
  quickjs: 'javascript',
  python: 'python',
  wasm: 'wasm',
};

/** The cases that an engine could run: those of its language; misuse of the interface is written in JavaScript. */
export function casesFor(engine: EngineName, corpus: readonly EscapeCase[]): EscapeCase[] {
  return corpus.filter((attack) => attack.lang === LANGUAGES[engine]);
}
