import { javascriptReferences } from './javascript-references.js';
import type { FileReferences } from './module-reference.js';
import { pythonReferences } from './python-references.js';
import { typescriptReferences } from './typescript-references.js';

/** Reads the module references of one source file's text. */
export type ReadReferences = (text: string) => Promise<FileReferences>;

const READERS: ReadonlyMap<string, ReadReferences> = new Map([
  ['js', javascriptReferences],
  ['mjs', javascriptReferences],
  ['cjs', javascriptReferences],
  ['ts', typescriptReferences],
  ['mts', typescriptReferences],
  ['cts', typescriptReferences],
  ['py', pythonReferences],
  ['pyw', pythonReferences],
]);

/** How to read the references of a file, by its extension; undefined for what is no source. */
export function findReader(path: string): ReadReferences | undefined {
  return READERS.get(path.slice(path.lastIndexOf('.') + 1).toLowerCase());
}
