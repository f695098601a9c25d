import { type Dependency, parseDependency } from '@agentmesh/manifest';
import type { Lock } from '../state/locked-plugin.js';

/** One plugin on the way to another. */
export interface ChainLink {
  readonly name: string;
  readonly version: string;
  /** The range in which the plugin before it needs it; '' for any version. Absent for the first. */
  readonly range?: string;
}

/** From a plugin that was asked for down to the one in question. */
export type Chain = readonly ChainLink[];

/**
 * Why a plugin is there: for every plugin that needs it directly the shortest chain from one that was asked for; and the plugin alone where it
 * was asked for itself. Without any of these, chains begin at plugins that nobody asked for.
 */
export function findChains(lock: Lock, name: string): readonly Chain[] {
  const own = lock.get(name);
  if (own === undefined) return [];
  const ways = shortestWays(lock);
  const last = (range?: string): ChainLink => ({
    name,
    version: own.version,
    ...(range === undefined ? {} : { range }),
  });
  const chains = needersOf(lock, name).flatMap(({ by, range }): Chain[] => {
    const way = ways.get(by);
    return way === undefined ? [] : [[...way, last(range)]];
  });
  return own.requested ? [[last()], ...chains] : chains;
}

function needersOf(lock: Lock, name: string): readonly { readonly by: string; readonly range: string }[] {
  const found = [...lock].flatMap(([by, { dependencies }]) => {
    const need = dependencies.map(parseDependency).find((dependency) => dependency.name === name);
    return need === undefined || by === name ? [] : [{ by, range: need.range }];
  });
  return found.sort((a, b) => (a.by < b.by ? -1 : 1));
}

/** The shortest chain to every plugin, from what was asked for first, then from what nothing else reaches. */
function shortestWays(lock: Lock): ReadonlyMap<string, Chain> {
  const ways = new Map<string, Chain>();
  const names = [...lock.keys()].sort();
  const requested = names.filter((name) => lock.get(name)?.requested === true);
  walk(lock, requested, ways);
  for (const name of names) walk(lock, [name], ways);
  return ways;
}

function walk(lock: Lock, from: readonly string[], ways: Map<string, Chain>): void {
  const queue: string[] = [];
  const reach = ({ name, range }: Dependency, before: Chain): void => {
    const locked = lock.get(name);
    if (locked === undefined || ways.has(name)) return;
    const link = { name, version: locked.version, ...(before.length === 0 ? {} : { range }) };
    ways.set(name, [...before, link]);
    queue.push(name);
  };
  for (const name of from) reach({ name, range: '' }, []);
  for (const name of queue) {
    const way = ways.get(name) ?? [];
    for (const dependency of lock.get(name)?.dependencies.map(parseDependency) ?? []) reach(dependency, way);
  }
}
