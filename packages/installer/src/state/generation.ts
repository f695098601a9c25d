import { lstat, readdir, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { MarketplaceError } from '@agentmesh/errors';
import { readFileLimited } from '@agentmesh/files';
import { ifPresent } from './if-present.js';
import type { Lock } from './locked-plugin.js';
import { stateCorrupt } from './state-corrupt.js';
import { MAX_RECORD_BYTES, type Workspace } from './workspace.js';

/** Name of the lock in every generation. */
export const LOCK_FILENAME = 'agentmesh.lock';

/** One complete state of all plugins. */
export interface Generation {
  /** Counts up with every change; 0 before the first. */
  readonly number: number;
  /** Folder of the generation; it does not exist for number 0. */
  readonly dir: string;
  readonly plugins: Lock;
}

/**
 * Reads the generation that the plugins link leads to; without a link, or with an empty folder in its place, generation 0.
 *
 * @throws MarketplaceError `PLUGINS_DIR_FOREIGN` when something else is there, `STATE_CORRUPT` for an unreadable lock
 */
export async function readGeneration(workspace: Workspace): Promise<Generation> {
  return readNumbered(workspace, await currentNumber(workspace));
}

/**
 * Reads a generation by its number, current or not; number 0 is the empty one.
 *
 * @throws MarketplaceError `STATE_CORRUPT` when it is not there or its lock is unreadable
 */
export async function readNumbered(workspace: Workspace, number: number): Promise<Generation> {
  const dir = join(workspace.generationsDir, String(number));
  if (number === 0) return { number, dir, plugins: new Map() };
  const path = join(dir, LOCK_FILENAME);
  const bytes = await ifPresent(readFileLimited(path, MAX_RECORD_BYTES));
  if (bytes === undefined) throw stateCorrupt(path, 'it is missing');
  const { parseLock } = await import('./parse-lock.js');
  return { number, dir, plugins: parseLock(bytes.toString('utf8'), path) };
}

async function currentNumber(workspace: Workspace): Promise<number> {
  const { pluginsDir, generationsDir } = workspace;
  const stats = await ifPresent(lstat(pluginsDir));
  if (stats === undefined) return 0;
  if (stats.isDirectory() && (await readdir(pluginsDir)).length === 0) return 0;
  if (!stats.isSymbolicLink()) throw await foreign(pluginsDir);
  const target = resolve(await realpath(dirname(pluginsDir)), await readlink(pluginsDir));
  const number = Number(basename(target));
  const ours = await ifPresent(realpath(generationsDir));
  if (dirname(target) !== ours || !Number.isSafeInteger(number) || number < 1) throw await foreign(pluginsDir);
  return number;
}

async function foreign(pluginsDir: string): Promise<MarketplaceError> {
  const { foreignPlace } = await import('./foreign-place.js');
  return foreignPlace('a link', pluginsDir);
}
