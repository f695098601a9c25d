import { type BigIntStats, lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const MAX_ENTRIES = 256;
const NS_PER_MS = 1_000_000n;
/** How old a change has to be before it can be told from the next one: file systems count time in steps. */
const STEP_NS = 100n * NS_PER_MS;
const COARSE_STEP_NS = 3000n * NS_PER_MS;
const TELLING = ['ctimeNs', 'ino', 'dev', 'mtimeNs', 'size', 'mode'] as const;

/** What the file system says of each entry of a folder's tree, the folder itself first. */
export type TreeStamp = readonly [StampedEntry, ...StampedEntry[]];

interface StampedEntry {
  readonly path: string;
  readonly stats: BigIntStats;
}

/**
 * What the file system says of a folder's tree without reading a file. Undefined where that cannot be relied on: something
 * was changed just now, the tree is large, or it is none.
 *
 * @param now milliseconds since 1970
 */
export function stampTree(root: string, now: number = Date.now()): TreeStamp | undefined {
  const entries: StampedEntry[] = [];
  const open = [root];
  try {
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      const stats = lstatSync(path, { bigint: true });
      if (entries.length >= MAX_ENTRIES || isRecent(stats, BigInt(now) * NS_PER_MS)) return undefined;
      entries.push({ path, stats });
      if (stats.isDirectory()) for (const name of readdirSync(path)) open.push(join(path, name));
    }
  } catch {
    // What cannot be looked at is for the verification to report.
    return undefined;
  }
  const [first, ...others] = entries;
  return first === undefined ? undefined : [first, ...others];
}

/**
 * Whether a tree is as it was stamped: nothing in it was changed, added, removed or exchanged, since nobody can set the time
 * of a change (`st_ctime`), and a folder has a change when its names do.
 *
 * @param root where it is, or a link to it
 */
export function isUntouched([folder, ...others]: TreeStamp, root: string): boolean {
  try {
    const isSame = areSame(folder.stats, statSync(root, { bigint: true }));
    return isSame && others.every(({ path, stats }) => areSame(stats, lstatSync(path, { bigint: true })));
  } catch {
    return false;
  }
}

function areSame(before: BigIntStats, now: BigIntStats): boolean {
  return TELLING.every((field) => before[field] === now[field]);
}

function isRecent({ ctimeNs, birthtimeNs, mtimeNs }: BigIntStats, nowNs: bigint): boolean {
  const isCoarse = [ctimeNs, birthtimeNs, mtimeNs].every((time) => time % (1000n * NS_PER_MS) === 0n);
  return ctimeNs > nowNs - (isCoarse ? COARSE_STEP_NS : STEP_NS);
}
