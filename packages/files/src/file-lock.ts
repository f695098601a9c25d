import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { clearLockHolder, findLockHolder, type LockHolder, writeLockHolder } from './lock-holder.js';
import { makeFolder } from './make-folder.js';

const FIRST_WAIT_MS = 1;
const LONGEST_WAIT_MS = 25;
const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;

/** How {@link withFileLock} waits. */
export interface FileLockOptions {
  /** Longest wait in milliseconds (default 60,000). */
  readonly timeoutMs?: number;
  /** Stops waiting; the work itself is not interrupted. */
  readonly signal?: AbortSignal;
  /**
   * Called when another process or call holds the lock, and again for each holder that is seen while waiting; without a holder
   * when that one did not say who it is.
   */
  readonly onWait?: (path: string, holder: LockHolder | undefined) => void;
  /** What those who wait are told, in a file beside the lock: what the work does and since when. Nothing when absent. */
  readonly purpose?: Omit<LockHolder, 'pid'>;
}

/**
 * Runs `work` while this process alone holds the lock at `path`, an empty file that stays.
 * The lock is the kernel's (SQLite's exclusive lock on the file), so a process that is killed lets go of it at once.
 * Not reentrant. Not for network file systems without POSIX locks.
 *
 * @throws MarketplaceError `LOCK_TIMEOUT` after `timeoutMs`; `FILE_NOT_REGULAR` when the path is taken by anything but an
 * empty file that this process may write; the signal's reason when aborted; whatever `work` throws
 */
export async function withFileLock<T>(path: string, options: FileLockOptions, work: () => Promise<T>): Promise<T> {
  await makeFolder(dirname(path));
  const lock = await acquire(path, options);
  try {
    return await tellingOthers(path, options.purpose, work);
  } finally {
    lock.close();
  }
}

async function tellingOthers<T>(path: string, purpose: FileLockOptions['purpose'], work: () => Promise<T>): Promise<T> {
  if (purpose === undefined) return work();
  await writeLockHolder(path, { pid: process.pid, ...purpose });
  try {
    return await work();
  } finally {
    await clearLockHolder(path);
  }
}

async function acquire(path: string, options: FileLockOptions): Promise<DatabaseSync> {
  const { timeoutMs = 60_000, signal, onWait } = options;
  const deadline = performance.now() + timeoutMs;
  const tell = onWait === undefined ? undefined : tellerOf(path, onWait);
  let wait = FIRST_WAIT_MS;
  for (;;) {
    signal?.throwIfAborted();
    const lock = await tryLock(path);
    if (lock !== undefined) return lock;
    await tell?.();
    if (performance.now() >= deadline) throw timedOut(path, timeoutMs);
    await sleep(wait * (0.5 + Math.random()), undefined, signal === undefined ? {} : { signal });
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** Tells of each holder once. */
function tellerOf(path: string, onWait: NonNullable<FileLockOptions['onWait']>): () => Promise<void> {
  let told: string | undefined;
  return async () => {
    const holder = await findLockHolder(path);
    const key = holder === undefined ? '' : `${holder.pid} ${holder.since.getTime()} ${holder.action}`;
    // A holder that writes itself down a moment later is told then; one that has just left is no news.
    if (key === told || (key === '' && told !== undefined)) return;
    told = key;
    onWait(path, holder);
  };
}

async function tryLock(path: string): Promise<DatabaseSync | undefined> {
  await refuseForeign(path);
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(path);
  try {
    // The last statement does nothing, but not on a file that may only be read, where the one before takes a shared lock.
    database.exec('PRAGMA busy_timeout=0; BEGIN EXCLUSIVE; PRAGMA incremental_vacuum');
    return database;
  } catch (error) {
    database.close();
    const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
    if (code === SQLITE_BUSY) return undefined;
    throw code === SQLITE_READONLY ? foreign(path, error) : error;
  }
}

/** SQLite does what it finds in a database and its journal: one that came with a project could have it delete other files. */
async function refuseForeign(path: string): Promise<void> {
  const found = await lstat(path).catch(unlessAbsent);
  if (found !== undefined && (!found.isFile() || found.size > 0)) throw foreign(path);
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function foreign(path: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError(
    `Expected nothing, or an empty file that can be written, at the lock ${printable(path)}`,
    {
      code: 'FILE_NOT_REGULAR',
      hint: 'No lock of agentmesh looks like that. Remove it, or make it writable for all who share the folder.',
      cause,
    },
  );
}

function timedOut(path: string, timeoutMs: number): MarketplaceError {
  return new MarketplaceError(`Waited ${timeoutMs} ms for the lock ${printable(path)}, which another process holds`, {
    code: 'LOCK_TIMEOUT',
    hint: 'Let the other agentmesh process finish, or stop it, and try again.',
  });
}
