import { randomBytes } from 'node:crypto';
import { type BigIntStats, lstatSync } from 'node:fs';
import { lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TreeFile } from '@agentmesh/artifact';
import { readFileLimited } from '@agentmesh/files';
import { ifPresent } from '../state/if-present.js';
import { MAX_RECORD_BYTES, type Workspace } from '../state/workspace.js';

/** How every file and folder of a tree looked while the tree was read and found intact. */
type Stamp = Readonly<Record<string, string>>;

/** A workspace that may only be read, or that somebody sweeps meanwhile, keeps no stamps. */
const NO_STAMPS: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EEXIST']);

/**
 * True when no file and no folder of a tree has changed since it was last read and found intact: size, mode, times of content and of
 * status, inode and device are the same. Nothing is read but the stamp. Times of status cannot be set, so this misses only who turns back
 * the clock, writes to the disk below the file system, or forges the stamp, which takes the right to write into the store.
 */
export async function isTreeUnchanged(
  workspace: Workspace,
  tree: string,
  files: readonly TreeFile[],
): Promise<boolean> {
  const stamp = await findStamp(workspace, tree);
  if (stamp === undefined) return false;
  const root = join(workspace.treesDir, tree);
  return pathsOf(files).every((path) => {
    if (!Object.hasOwn(stamp, path)) return false;
    const stats = lstatSync(join(root, path), { bigint: true, throwIfNoEntry: false });
    return stats !== undefined && describe(stats) === stamp[path];
  });
}

/** All files and all folders, the root as ''. */
function pathsOf(files: readonly TreeFile[]): readonly string[] {
  const paths = new Set(['']);
  for (const { path } of files) {
    paths.add(path);
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) paths.add(path.slice(0, end));
  }
  return [...paths];
}

/** Gathers a stamp while a tree is read. */
export interface StampWriter {
  /** What was seen of a file or folder before it was read. */
  readonly add: (path: string, stats: BigIntStats) => void;
  /** To be called when the tree was found intact. */
  readonly save: () => Promise<void>;
  /** To be called in any case, at last. */
  readonly close: () => Promise<void>;
}

/**
 * Begins a stamp. A change in the very tick of the clock in which a file was read would leave its times as they were, so a tree with
 * anything that is not older than this call gets no stamp.
 *
 * @returns undefined where no stamp can be written
 */
export async function beginStamp(workspace: Workspace, tree: string): Promise<StampWriter | undefined> {
  const temporary = join(workspace.verifiedDir, `.${randomBytes(6).toString('hex')}`);
  const began = await unlessRefused(() => touch(workspace, temporary));
  if (began === undefined) return undefined;
  const stamp: Record<string, string> = {};
  let settled = true;
  return {
    add: (path, stats) => {
      settled &&= stats.ctimeNs < began && stats.mtimeNs < began;
      stamp[path] = describe(stats);
    },
    save: async () => {
      if (!settled) return;
      await unlessRefused(async () => {
        await writeFile(temporary, JSON.stringify({ entries: stamp }), { flag: 'r+' });
        await rename(temporary, stampPath(workspace, tree));
      });
    },
    close: async () => void (await unlessRefused(() => rm(temporary, { force: true }))),
  };
}

/** The file system's own time, by a file that is made now. */
async function touch({ verifiedDir }: Workspace, path: string): Promise<bigint | undefined> {
  if (!(await lstat(dirname(verifiedDir))).isDirectory()) return undefined;
  await mkdir(verifiedDir, { recursive: true });
  // A link that a cloned project brought along would have us write elsewhere.
  if (!(await lstat(verifiedDir)).isDirectory()) return undefined;
  await writeFile(path, '', { flag: 'wx' });
  return (await lstat(path, { bigint: true })).mtimeNs;
}

async function unlessRefused<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && 'code' in error && NO_STAMPS.has(error.code)) return undefined;
    throw error;
  }
}

async function findStamp(workspace: Workspace, tree: string): Promise<Stamp | undefined> {
  const bytes = await ifPresent(readFileLimited(stampPath(workspace, tree), MAX_RECORD_BYTES));
  return bytes === undefined ? undefined : parseStamp(bytes.toString('utf8'));
}

function parseStamp(text: string): Stamp | undefined {
  try {
    const { entries } = JSON.parse(text) ?? {};
    return typeof entries === 'object' && entries !== null ? entries : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function describe({ size, mode, mtimeNs, ctimeNs, ino, dev }: BigIntStats): string {
  return [size, mode, mtimeNs, ctimeNs, ino, dev].join(' ');
}

function stampPath({ verifiedDir }: Workspace, tree: string): string {
  return join(verifiedDir, `${tree}.json`);
}
