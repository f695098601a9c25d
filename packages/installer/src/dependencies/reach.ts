import type { Candidate } from './candidate.js';

/** What is reached from some names through the needs of what was chosen: nearest first, each after one that needs it. */
export function reach<C extends Candidate>(
  chosen: ReadonlyMap<string, C>,
  from: Iterable<string>,
): ReadonlyMap<string, C> {
  const reached = new Map<string, C>();
  const queue = [...from];
  for (const name of queue) {
    const candidate = chosen.get(name);
    if (candidate === undefined || reached.has(name)) continue;
    reached.set(name, candidate);
    for (const dependency of candidate.dependencies) queue.push(dependency.name);
  }
  return reached;
}
