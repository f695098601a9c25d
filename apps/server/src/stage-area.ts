import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isMarketplaceError } from '@agentmesh/errors';
import { withFileLock } from '@agentmesh/files';

/** Throwaway folders of one process, on the disk where what is in them will be kept. */
export interface StageArea {
  /** Runs `work` with an empty folder of its own, which is removed afterwards, whatever happens. */
  use<T>(work: (folder: string) => Promise<T>): Promise<T>;
  /** The same with the path of a folder that is not there: for who may not need one, and makes it then. */
  name<T>(work: (folder: string) => Promise<T>): Promise<T>;
  /** Removes all of it. */
  close(): Promise<void>;
}

const LOCK = '.lock';

/**
 * Opens a stage area below `parent`, which several processes may share, and removes those whose process is gone: each process
 * holds the lock of its own, and the kernel lets go of it for one that was killed.
 */
export async function openStageArea(parent: string): Promise<StageArea> {
  await mkdir(parent, { recursive: true });
  const name = randomBytes(8).toString('hex');
  const folder = join(parent, name);
  const release = await hold(join(parent, `${name}${LOCK}`));
  await mkdir(folder, { mode: 0o700 });
  await sweep(parent, name);
  let made = 0;
  return {
    async use(work) {
      const own = await mkdtemp(join(folder, 's'));
      try {
        return await work(own);
      } finally {
        await rm(own, { recursive: true, force: true });
      }
    },
    async name(work) {
      made += 1;
      const own = join(folder, `n${made}`);
      try {
        return await work(own);
      } finally {
        if (existsSync(own)) await rm(own, { recursive: true, force: true });
      }
    },
    async close() {
      await rm(folder, { recursive: true, force: true });
      await release();
      await rm(join(parent, `${name}${LOCK}`), { force: true });
    },
  };
}

/** Takes a lock and keeps it until told. */
async function hold(path: string): Promise<() => Promise<void>> {
  const released = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const done = withFileLock(path, {}, async () => {
    held.resolve();
    await released.promise;
  });
  await Promise.race([held.promise, done]);
  return async () => {
    released.resolve();
    await done;
  };
}

async function sweep(parent: string, own: string): Promise<void> {
  for (const file of await readdir(parent)) {
    const name = file.endsWith(LOCK) ? file.slice(0, -LOCK.length) : undefined;
    if (name === undefined || name === own || !/^[0-9a-f]{16}$/.test(name)) continue;
    await removeAbandoned(parent, name);
  }
}

async function removeAbandoned(parent: string, name: string): Promise<void> {
  const lock = join(parent, `${name}${LOCK}`);
  try {
    await withFileLock(lock, { timeoutMs: 0 }, async () => {
      await rm(join(parent, name), { recursive: true, force: true });
      await rm(lock, { force: true });
    });
  } catch (error) {
    // Its process is at work.
    if (!isMarketplaceError(error) || error.code !== 'LOCK_TIMEOUT') throw error;
  }
}
