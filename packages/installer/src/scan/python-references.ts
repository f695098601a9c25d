import { lineOf } from './line-of.js';
import type { FileReferences, ModuleReference } from './module-reference.js';
import { importedModules } from './python-imports.js';
import type { PythonNode } from './python-node.js';
import { pythonText } from './python-text.js';

const LOADERS: ReadonlySet<string> = new Set(['__import__', 'import_module']);

/**
 * Finds the modules that a Python file names: `import a.b`, `from a import b` (not `from .`), `__import__('a')` and
 * `importlib.import_module('a')`. The parser recovers from errors, so a file that does not parse is still read.
 */
export async function pythonReferences(text: string): Promise<FileReferences> {
  const { parser } = await import('@lezer/python');
  const references: ModuleReference[] = [];
  let broken: number | undefined;
  parser.parse(text).iterate({
    enter({ type, from, node }) {
      if (type.isError) broken ??= from;
      for (const specifier of specifiersOf(node, text)) references.push({ specifier, line: lineOf(text, from) });
    },
  });
  if (broken === undefined) return { references };
  return { references, fault: `Unexpected token (line ${lineOf(text, broken)})` };
}

function specifiersOf(node: PythonNode, text: string): readonly string[] {
  if (node.name === 'ImportStatement') return importedModules(node, text);
  if (node.name !== 'CallExpression') return [];
  const callee = node.firstChild;
  const name = callee?.name === 'MemberExpression' ? callee.lastChild : callee;
  if (name === null || name === undefined || !LOADERS.has(text.slice(name.from, name.to))) return [];
  const list = node.getChild('ArgList');
  const argument = list?.getChild('String') ?? list?.getChild('ContinuedString');
  const specifier = argument === null || argument === undefined ? undefined : pythonText(argument, text);
  return specifier === undefined || specifier.startsWith('.') ? [] : [specifier];
}
