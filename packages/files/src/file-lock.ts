import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { MarketplaceError, printable } from '@agentmesh/errors';

const FIRST_WAIT_MS = 1;
const LONGEST_WAIT_MS = 25;
const SQLITE_BUSY = 5;

/** How {@link withFileLock} waits. */
export interface FileLockOptions {
  /** Longest wait in milliseconds (default 60,000). */
  readonly timeoutMs?: number;
  /** Stops waiting; the work itself is not interrupted. */
  readonly signal?: AbortSignal;
  /** Called once when another process or call holds the lock. */
  readonly onWait?: (path: string) => void;
}

/**
 * Runs `work` while this process alone holds the lock at `path`, an empty file that stays.
 * The lock is the kernel's (SQLite's exclusive lock on the file), so a process that is killed lets go of it at once.
 * Not reentrant. Not for network file systems without POSIX locks.
 *
 * @throws MarketplaceError `LOCK_TIMEOUT` after `timeoutMs`; the signal's reason when aborted; whatever `work` throws
 */
export async function withFileLock<T>(path: string, options: FileLockOptions, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const lock = await acquire(path, options);
  try {
    return await work();
  } finally {
    lock.close();
  }
}

async function acquire(path: string, options: FileLockOptions): Promise<DatabaseSync> {
  const { timeoutMs = 60_000, signal, onWait } = options;
  const deadline = performance.now() + timeoutMs;
  let wait = FIRST_WAIT_MS;
  for (let attempt = 0; ; attempt += 1) {
    signal?.throwIfAborted();
    const lock = await tryLock(path);
    if (lock !== undefined) return lock;
    if (attempt === 0) onWait?.(path);
    if (performance.now() >= deadline) throw timedOut(path, timeoutMs);
    await sleep(wait * (0.5 + Math.random()), undefined, signal === undefined ? {} : { signal });
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

async function tryLock(path: string): Promise<DatabaseSync | undefined> {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA busy_timeout=0; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
}

function timedOut(path: string, timeoutMs: number): MarketplaceError {
  return new MarketplaceError(`Waited ${timeoutMs} ms for the lock ${printable(path)}, which another process holds`, {
    code: 'LOCK_TIMEOUT',
    hint: 'Let the other agentmesh process finish, or stop it, and try again.',
  });
}
