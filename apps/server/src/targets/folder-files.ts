import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { copyTree, inspectTree } from '@agentmesh/artifact';
import { MarketplaceError } from '@agentmesh/errors';
import { readFileLimited } from '@agentmesh/files';
import { foldersAbove } from './folders-above.js';
import { isPlainName } from './is-plain-name.js';
import type { PlacePath, TargetFiles } from './target-files.js';

/** 10,000 files with paths of 512 bytes, and room for the manifest; more takes long to read. */
const MAX_RECORD_BYTES = 8 * 1_048_576;
/** What plugins of a workspace are made with there, and where what was kept of them lies. */
const OPEN_PLACES = { plugins: 'plugins', kept: 'plugins.kept' } as const;

/** A workspace's folders on this machine. */
export interface FolderPlaces {
  /** The workspace itself, which whoever works in it may write to. */
  readonly workspace: string;
  /** Records and stages, which nobody but the server may write to; on the same file system. */
  readonly state: string;
}

/** Folders of a workspace that are open. */
export interface OpenFolders extends TargetFiles {
  close(): Promise<void>;
}

/**
 * Moves files about in a folder of this machine. The places that others can write to are opened once and used through what was opened, so that
 * a link put in their stead leads nowhere.
 */
export function openFolders({ workspace, state }: FolderPlaces): OpenFolders {
  const opened = new Map<string, Promise<OpenFolder>>();
  const pin = (place: keyof typeof OPEN_PLACES): Promise<OpenFolder> => {
    const path = join(workspace, OPEN_PLACES[place]);
    const folder = opened.get(place) ?? openFolder(workspace, path);
    opened.set(place, folder);
    return folder;
  };
  const at = async ([place, ...names]: PlacePath): Promise<string> => {
    if (place === 'records' || place === 'stage') return join(state, place, ...names);
    return join((await pin(place)).path, ...names);
  };
  return {
    names: async (path) => (await namesIn(await at(path))).filter(isPlainName).sort(),
    exists: async (path) => (await orUndefined(lstat(await at(path)))) !== undefined,
    upload: async (path, { folder, record, signal }) => {
      const stage = await at(path);
      await copyTree(folder, join(stage, 'tree'), { view: 'installed', ...(signal === undefined ? {} : { signal }) });
      await writeFileNew(join(stage, 'record.json'), record);
    },
    makeFolders: async (...paths) => {
      for (const path of paths) await mkdir(await at(path), { recursive: true });
    },
    rename: async (from, to) => rename(await at(from), await at(to)),
    remove: async (path) => rm(await at(path), { recursive: true, force: true }),
    prune: async (path, files) => pruneFolder(await at(path), files),
    inspect: async (path, files) => inspectTree(await at(path), files),
    copy: async (path, into, signal) =>
      copyTree(await at(path), into, { view: 'installed', ...(signal === undefined ? {} : { signal }) }),
    read: async (path) => (await orUndefined(readFileLimited(await at(path), MAX_RECORD_BYTES)))?.toString('utf8'),
    close: async () => {
      for (const folder of opened.values()) await (await folder.catch(() => undefined))?.handle?.close();
    },
  };
}

interface OpenFolder {
  readonly path: string;
  readonly handle: FileHandle | undefined;
}

async function openFolder(workspace: string, path: string): Promise<OpenFolder> {
  await mkdir(workspace, { recursive: true });
  await mkdir(path).catch(unlessThere);
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    // Linux alone has names for what is open (proc_pid_fd(5)); elsewhere the check that it is no link has to do.
    if (process.platform === 'linux') return { path: `/proc/self/fd/${handle.fd}`, handle };
    await handle.close();
    return { path, handle: undefined };
  } catch (cause) {
    throw new MarketplaceError('The folder of the plugins of a workspace is a link, or no folder', {
      code: 'WORKSPACE_UNSAFE',
      hint: 'Look at what was put into its place, and remove it.',
      cause,
    });
  }
}

async function namesIn(path: string): Promise<readonly string[]> {
  return (await orUndefined(readdir(path))) ?? [];
}

async function writeFileNew(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o644);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function pruneFolder(folder: string, files: readonly string[]): Promise<void> {
  for (const path of files) await rm(join(folder, path), { force: true });
  const folders = new Set(files.flatMap(foldersAbove));
  const deepestFirst = [...folders].sort((a, b) => b.split('/').length - a.split('/').length);
  for (const path of deepestFirst) await rmdir(join(folder, path)).catch(unlessFull);
}

async function orUndefined<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function unlessThere(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}

function unlessFull(error: unknown): void {
  if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) throw error;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
