import { rm, writeFile } from 'node:fs/promises';
import { printable } from '@agentmesh/errors';
import { readFileLimited } from './read-file-limited.js';

const MAX_BYTES = 4_096;
const MAX_ACTION = 120;

/** Who holds a lock, as the holder wrote it down. A courtesy to whoever waits and no proof: anybody may have written it. */
export interface LockHolder {
  readonly pid: number;
  /** What it does, safe to show. */
  readonly action: string;
  /** When it began. */
  readonly since: Date;
}

/** Writes down who holds the lock at `path`. Only for its holder. A link that was put in the place is replaced, never followed. */
export async function writeLockHolder(path: string, holder: LockHolder): Promise<void> {
  const { pid, action, since } = holder;
  await clearLockHolder(path);
  const text = JSON.stringify({ pid, action: printable(action, MAX_ACTION), since: since.toISOString() });
  await writeFile(placeOf(path), `${text}\n`, { flag: 'wx' });
}

/** Removes what {@link writeLockHolder} wrote. Only for the holder of the lock. */
export async function clearLockHolder(path: string): Promise<void> {
  await rm(placeOf(path), { force: true });
}

/** Who holds the lock at `path`; undefined where nobody, or nothing that can be read, stands there. */
export async function findLockHolder(path: string): Promise<LockHolder | undefined> {
  try {
    return parseHolder(JSON.parse((await readFileLimited(placeOf(path), MAX_BYTES)).toString('utf8')));
  } catch {
    // Half-written, gone meanwhile, or not ours: whoever waits then waits without knowing for whom.
    return undefined;
  }
}

function parseHolder(value: unknown): LockHolder | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, action, since } = value as Partial<Record<keyof LockHolder, unknown>>;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || typeof action !== 'string') return undefined;
  const began = new Date(typeof since === 'string' ? since : Number.NaN);
  return Number.isNaN(began.getTime()) ? undefined : { pid, action: printable(action, MAX_ACTION), since: began };
}

function placeOf(path: string): string {
  return `${path}.holder`;
}
