import { type BigIntStats, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const MAX_ENTRIES = 256;
const NS_PER_MS = 1_000_000n;
/** How old a change has to be before it can be told from the next one: file systems count time in steps. */
const STEP_NS = 100n * NS_PER_MS;
const COARSE_STEP_NS = 3000n * NS_PER_MS;

/**
 * What the file system says of a folder's tree without reading a file: the same as long as nobody changes, adds, removes or
 * exchanges anything in it, since nobody can set the time of a change (`st_ctime`). Undefined where that cannot be relied
 * on: something was changed just now, the tree is large, or it is none.
 *
 * @param now milliseconds since 1970
 */
export function stampTree(root: string, now: number = Date.now()): string | undefined {
  const parts: string[] = [];
  const open = [root];
  try {
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      const stats = lstatSync(path, { bigint: true });
      if (parts.length >= MAX_ENTRIES || isRecent(stats, BigInt(now) * NS_PER_MS)) return undefined;
      parts.push(`${path}\0${stats.dev} ${stats.ino} ${stats.mode} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`);
      if (stats.isDirectory()) for (const name of readdirSync(path)) open.push(join(path, name));
    }
  } catch {
    // What cannot be looked at is for the verification to report.
    return undefined;
  }
  return parts.join('\n');
}

function isRecent({ ctimeNs, birthtimeNs, mtimeNs }: BigIntStats, nowNs: bigint): boolean {
  const isCoarse = [ctimeNs, birthtimeNs, mtimeNs].every((time) => time % (1000n * NS_PER_MS) === 0n);
  return ctimeNs > nowNs - (isCoarse ? COARSE_STEP_NS : STEP_NS);
}
