import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { MarketplaceError } from '@agentmesh/errors';

/** A folder beside the target that one fetch fills, so that the target itself is only ever empty or complete. */
export interface FetchStage {
  readonly path: string;
  /** Puts the stage in the target's place. */
  commit(): Promise<void>;
  /** Removes the stage; nothing happens when it is gone. */
  discard(): Promise<void>;
}

/**
 * Makes the stage of a target that is absent or an empty folder.
 *
 * @throws TARGET_NOT_EMPTY for any other target, which stays as it is
 */
export async function makeStage(target: string): Promise<FetchStage> {
  const place = resolve(target);
  const mode = await emptyFolderMode(place);
  const path = `${place}.${randomBytes(8).toString('hex')}`;
  await mkdir(path, mode === undefined ? {} : { mode });
  return {
    path,
    commit: () => replaceEmpty(path, place),
    discard: () => rm(path, { recursive: true, force: true, maxRetries: 2, retryDelay: 50 }),
  };
}

/** The permission bits of an empty folder; undefined when nothing is there. */
async function emptyFolderMode(place: string): Promise<number | undefined> {
  const found = await lstat(place).catch(absentAsUndefined);
  if (found === undefined) return undefined;
  if (found.isDirectory() && (await readdir(place)).length === 0) return found.mode & 0o777;
  throw new MarketplaceError(`Expected an absent or empty folder to fetch into, got ${place}`, {
    code: 'TARGET_NOT_EMPTY',
    hint: 'Fetch into a fresh folder.',
  });
}

async function replaceEmpty(path: string, place: string): Promise<void> {
  // Windows renames onto nothing but a free name; `rmdir` fails on what somebody else put there meanwhile.
  await rmdir(place).catch(absentAsUndefined);
  await rename(path, place);
}

function absentAsUndefined(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
