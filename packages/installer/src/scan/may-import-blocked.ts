import { ALL_BLOCKED_MODULES, isBlockedModule } from '@agentmesh/manifest';

const LOADS = /import|from|require|getBuiltinModule|binding|\\u/;
/** A name after a loader that is written so that it does not stand in the text as it is: escapes, sums, adjacent literals. */
const DISGUISE =
  /(?:import|from|require|getBuiltinModule|binding|__|\\u)\w{0,20}\W{0,40}[\w:/.-]{0,80}(?:\\|['"`]\s{0,40}\+|['"]\s{0,40}['"])/;
/** A name where one can stand: at the begin of a literal, after a keyword, in a list. */
const BLOCKED = new RegExp(
  `(?:['"\`]|(?:import|from)[\\s\\\\]|,)[\\s\\\\]{0,100}(?:${rootNames().join('|')})(?![A-Za-z0-9_$-])`,
);
const NODE_MODULE = /node:[\w/.]*/gi;

/**
 * False when a text cannot name a blocked module as a literal, so that most files of most plugins need no parser, which would
 * be more than half of an install's time.
 */
export function mayImportBlocked(text: string): boolean {
  // NFKC, as Python compares identifiers (PEP 3131).
  const plain = text.normalize('NFKC');
  return LOADS.test(plain) && (BLOCKED.test(plain) || DISGUISE.test(plain) || namesNodeModule(plain));
}

function namesNodeModule(text: string): boolean {
  return [...text.matchAll(NODE_MODULE)].some(([name]) => isBlockedModule(name));
}

function rootNames(): readonly string[] {
  const roots = ALL_BLOCKED_MODULES.map((name) => name.replace(/^node:/, '').split(/[./]/, 1)[0] ?? name);
  return [...new Set(roots)].map((root) => root.replace(/[^A-Za-z0-9_]/g, '\\$&'));
}
