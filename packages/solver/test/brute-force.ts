import type { RootRequirement } from '@agentmesh/solver';
import { compareNumbers, type Graph } from './graph.js';

type Selection = ReadonlyMap<string, string>;

/** Every selection in which each need holds and nothing is there without being needed, found by trying everything. */
export function allSolutions(names: Graph, root: readonly RootRequirement<string>[]): readonly Selection[] {
  const found: Selection[] = [];
  const keys = [...names.keys()];
  const visit = (at: number, chosen: Map<string, string>): void => {
    const name = keys[at];
    if (name === undefined) {
      if (isValid(names, root, chosen)) found.push(new Map(chosen));
      return;
    }
    visit(at + 1, chosen);
    for (const version of names.get(name)?.keys() ?? []) visit(at + 1, new Map(chosen).set(name, version));
  };
  visit(0, new Map());
  return found;
}

export function isValid(names: Graph, root: readonly RootRequirement<string>[], chosen: Selection): boolean {
  const needed = new Set(root.map(({ name }) => name));
  const queue = [...needed];
  const meets = ({ name, versions }: RootRequirement<string>): boolean => {
    const version = chosen.get(name);
    return version !== undefined && versions.has(version);
  };
  if (!root.every(meets)) return false;
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const needs = names.get(name)?.get(chosen.get(name) ?? '');
    if (needs === undefined || 'unusable' in needs || !needs.every(meets)) return false;
    for (const need of needs) {
      if (needed.has(need.name)) continue;
      needed.add(need.name);
      queue.push(need.name);
    }
  }
  return [...chosen.keys()].every((name) => needed.has(name));
}

/**
 * The first name, in the order of decision, of which a newer version goes with all that was decided before it; undefined
 * when the selection is newest-first.
 */
export function findOlderThanNeeded(solutions: readonly Selection[], selected: Selection): string | undefined {
  let agreeing = solutions;
  for (const [name, version] of selected) {
    const better = agreeing.some((one) => {
      const other = one.get(name);
      return other !== undefined && compareNumbers(other, version) > 0;
    });
    if (better) return name;
    agreeing = agreeing.filter((one) => one.get(name) === version);
  }
  return undefined;
}
