import type { Candidate } from './candidate.js';

/**
 * A cycle through `start` among the chosen plugins: the names on it, the one chosen first at both ends; undefined when there is
 * none.
 */
export function findCycle(chosen: ReadonlyMap<string, Candidate>, start: string): readonly string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    for (const dependency of chosen.get(name)?.dependencies ?? []) {
      if (dependency.name === start) return close(wayTo(name, start, cameFrom), chosen);
      if (!chosen.has(dependency.name) || cameFrom.has(dependency.name)) continue;
      cameFrom.set(dependency.name, name);
      queue.push(dependency.name);
    }
  }
  return undefined;
}

function wayTo(name: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [name];
  for (let at: string | undefined = name; at !== undefined && at !== start; ) {
    at = cameFrom.get(at);
    if (at !== undefined) way.unshift(at);
  }
  return way;
}

function close(way: readonly string[], chosen: ReadonlyMap<string, Candidate>): readonly string[] {
  const first = [...chosen.keys()].find((name) => way.includes(name)) ?? '';
  const at = way.indexOf(first);
  return [...way.slice(at), ...way.slice(0, at), first];
}
