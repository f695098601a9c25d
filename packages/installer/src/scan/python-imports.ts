import type { PythonNode } from './python-node.js';

/** The modules of one import statement, with full dotted names; none for a relative import. */
export function importedModules(statement: PythonNode, text: string): readonly string[] {
  const words = wordsOf(statement, text);
  return words[0] === 'from' ? fromModule(words.slice(1)) : plainModules(words.slice(1));
}

function wordsOf(statement: PythonNode, text: string): string[] {
  const words: string[] = [];
  for (let child = statement.firstChild; child !== null; child = child.nextSibling) {
    // Python compares identifiers after NFKC (PEP 3131).
    words.push(text.slice(child.from, child.to).normalize('NFKC'));
  }
  return words;
}

function fromModule(words: readonly string[]): readonly string[] {
  const end = words.indexOf('import');
  const module = words.slice(0, end === -1 ? words.length : end).join('');
  return module === '' || module.startsWith('.') ? [] : [module];
}

function plainModules(words: readonly string[]): readonly string[] {
  const modules: string[] = [];
  let module = '';
  let renamed = false;
  for (const word of [...words, ',']) {
    if (word === ',') {
      if (module !== '') modules.push(module);
      module = '';
      renamed = false;
    } else if (word === 'as') renamed = true;
    else if (!renamed) module += word;
  }
  return modules;
}
