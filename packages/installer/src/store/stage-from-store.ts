import { mkdirSync, rmSync } from 'node:fs';
import { copyContent, DEFAULT_TREE_LIMITS, forEachBounded, type Tree, type TreeFile } from '@agentmesh/artifact';
import type { InstallContext } from '../install/install-context.js';
import type { Workspace } from '../state/workspace.js';
import { FILES_AT_ONCE, filePlace } from './file-place.js';
import { findPluginRecord, type StoredPlugin } from './plugin-record.js';

/** What bringing something out of the store needs. */
export type StoreContext = Pick<InstallContext, 'workspace' | 'treeLimits'> & {
  readonly signal?: AbortSignal | undefined;
};

/**
 * Fills the absent folder `dir` with a plugin that the store has, every file verified while it is copied; no archive and no network
 * is touched. The manifest's signature is for the caller to check. Only for the holder of the workspace's lock.
 *
 * @returns undefined, with `dir` absent, when the store does not have all of it or something there was tampered with, which is removed from
 * the store then
 */
export async function stageFromStore(
  context: StoreContext,
  plugin: StoredPlugin,
  dir: string,
): Promise<Tree | undefined> {
  const files = await findAllowed(context, plugin);
  if (files === undefined) return undefined;
  if (await fill(context, files, dir)) {
    return { digest: plugin.contentDigest, files, bytes: bytesOf(files) };
  }
  rmSync(dir, { recursive: true, force: true });
  return undefined;
}

async function findAllowed(
  { workspace, treeLimits }: StoreContext,
  plugin: StoredPlugin,
): Promise<readonly TreeFile[] | undefined> {
  const files = await findPluginRecord(workspace, plugin);
  const { maxFiles, maxBytes } = { ...DEFAULT_TREE_LIMITS, ...treeLimits };
  // A list may name one large file of the store ten thousand times.
  return files !== undefined && files.length <= maxFiles && bytesOf(files) <= maxBytes ? files : undefined;
}

function bytesOf(files: readonly TreeFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

async function fill({ workspace, signal }: StoreContext, files: readonly TreeFile[], dir: string): Promise<boolean> {
  const folders = new Set<string>();
  let complete = true;
  await forEachBounded(files, { width: FILES_AT_ONCE, signal }, async (file) => {
    const to = `${dir}/${file.path}`;
    const there = makeFolder(to.slice(0, to.lastIndexOf('/')), folders) && (await bring(workspace, file, to));
    if (!there) complete = false;
  });
  return complete;
}

async function bring(workspace: Workspace, file: TreeFile, to: string): Promise<boolean> {
  const from = filePlace(workspace, file.sha256);
  const { linkFiles: method } = workspace;
  try {
    if (await copyContent({ from, to, content: file, mode: modeIn(workspace, file), method })) return true;
    // Whatever else it is, it is not what its name says. All of them go at once, so that a fetch brings all of them anew.
    rmSync(from, { recursive: true, force: true });
    return false;
  } catch (error) {
    if (isClash(error)) return false;
    throw error;
  }
}

/** Files that are the store's own stay read-only. */
function modeIn({ linkFiles }: Workspace, { executable }: TreeFile): number {
  const mode = executable ? 0o755 : 0o644;
  return linkFiles === 'hardlink' ? mode & 0o555 : mode;
}

function makeFolder(dir: string, made: Set<string>): boolean {
  if (made.has(dir)) return true;
  try {
    mkdirSync(dir, { recursive: true });
    made.add(dir);
    return true;
  } catch (error) {
    if (isClash(error)) return false;
    throw error;
  }
}

/** A forged list may have one name twice, or as a file and a folder. */
function isClash(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOTDIR');
}
