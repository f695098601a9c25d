import { javascriptReferences } from './javascript-references.js';
import type { FileReferences } from './module-reference.js';
import { tokenReferences } from './token-references.js';

/**
 * Finds the modules that a TypeScript file names once its types are gone, so that type-only imports do not count. Syntax that
 * Node cannot strip (`import x = require('y')`, enums) leaves the file to be read token by token.
 */
export async function typescriptReferences(text: string): Promise<FileReferences> {
  const { stripTypeScriptTypes } = await import('node:module');
  let stripped: string;
  try {
    stripped = stripTypeScriptTypes(text, { mode: 'strip' });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { references: await tokenReferences(text), fault: error.message };
  }
  return javascriptReferences(stripped);
}
