import type { Alias, Document, Node } from 'yaml';
import { loadYaml } from './load-library.js';
import { MANIFEST_FILENAME } from './manifest-filename.js';
import type { Problems } from './problems.js';

/** Most aliases followed in one file; PyYAML follows any number. */
const MAX_ALIASES = 100;

/** What a file may grow to through aliases and merge keys, in nodes and characters: a few times its own length and this. */
const SPARE = 16_384;

/** Follows the aliases of one document within a budget, so that no file expands to many times its size. */
export interface YamlExpansion {
  /** Runs `work` on what the alias stands for; undefined and reported when that is unknown, circular or too much. */
  follow<T>(alias: Alias, work: (node: Node) => T): T | undefined;
  /** False, and reported once, when the budget does not cover a node with this much text. */
  spend(characters: number): boolean;
}

/** Starts the budget of one document of `length` characters. */
export function createYamlExpansion(document: Document, length: number, problems: Problems): YamlExpansion {
  const targets = findTargets(document);
  const open = new Set<Node>();
  let budget = 4 * length + SPARE;
  let aliases = 0;
  const refuse = (message: string): undefined => {
    problems.error('yaml-alias', MANIFEST_FILENAME, message);
  };
  return {
    follow(alias, work) {
      const target = targets.get(alias);
      if (target === undefined) return refuse(`alias *${alias.source} stands for nothing`);
      if (open.has(target)) return refuse(`alias *${alias.source} stands inside of itself`);
      aliases += 1;
      if (aliases > MAX_ALIASES)
        return aliases === MAX_ALIASES + 1 ? refuse(`expected at most ${MAX_ALIASES} aliases`) : undefined;
      open.add(target);
      const result = work(target);
      open.delete(target);
      return result;
    },
    spend(characters) {
      if (budget < 0) return false;
      budget -= characters + 1;
      if (budget < 0) refuse('aliases make the file many times as large as its text');
      return budget >= 0;
    },
  };
}

/** An alias stands for the last node before it that has its anchor. */
function findTargets(document: Document): ReadonlyMap<Alias, Node> {
  const { isAlias, visit } = loadYaml();
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (node.anchor !== undefined) {
        anchors.set(node.anchor, node);
      }
    },
  });
  return targets;
}
