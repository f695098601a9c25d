import type { Node, Options } from 'acorn';
import { constantText } from './constant-text.js';
import { importedNode } from './imported-node.js';
import { lineOf } from './line-of.js';
import type { FileReferences, ModuleReference } from './module-reference.js';
import { tokenReferences } from './token-references.js';

const OPTIONS: Omit<Options, 'sourceType'> = {
  ecmaVersion: 'latest',
  allowHashBang: true,
  allowReturnOutsideFunction: true,
  allowAwaitOutsideFunction: true,
};

/**
 * Finds the modules that a JavaScript file names: imports, re-exports, `import()`, `require`, `require.resolve`,
 * `process.getBuiltinModule` and `process.binding`, each with a literal. A file that is neither a module nor a script is
 * read token by token.
 */
export async function javascriptReferences(text: string): Promise<FileReferences> {
  const { parse } = await import('acorn');
  try {
    return { references: walk(parseEither(text, parse), text) };
  } catch (error) {
    // A RangeError is nesting beyond what the parser's stack holds.
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    return { references: await tokenReferences(text), fault: error.message };
  }
}

function parseEither(text: string, parse: (text: string, options: Options) => Node): Node {
  try {
    return parse(text, { ...OPTIONS, sourceType: 'module' });
  } catch (error) {
    try {
      return parse(text, { ...OPTIONS, sourceType: 'script' });
    } catch {
      throw error;
    }
  }
}

function walk(program: Node, text: string): ModuleReference[] {
  const found: { readonly specifier: string; readonly offset: number }[] = [];
  const stack: unknown[] = [program];
  while (stack.length > 0) {
    const value = stack.pop();
    if (Array.isArray(value)) stack.push(...value);
    else if (isNode(value)) {
      const named = importedNode(value);
      const specifier = named === undefined ? undefined : constantText(named);
      if (specifier !== undefined) found.push({ specifier, offset: value.start });
      stack.push(...Object.values(value).filter((child) => typeof child === 'object'));
    }
  }
  found.sort((a, b) => a.offset - b.offset);
  return found.map(({ specifier, offset }) => ({ specifier, line: lineOf(text, offset) }));
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
