import { MarketplaceError } from '@agentmesh/errors';
import { databaseUnavailable } from './database-unavailable.js';
import { rowExists } from './row-exists.js';

/** Primary result codes (sqlite.org/rescode.html). */
const CODE = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cantOpen: 14,
  constraint: 19,
  notADb: 26,
};
/** Extended codes of a key that is there already. */
const SAME_KEY: readonly number[] = [1555, 2067, 2579];
const WHAT: ReadonlyMap<number, string> = new Map([
  [CODE.busy, 'other processes kept it locked'],
  [CODE.locked, 'other processes kept it locked'],
  [CODE.readOnly, 'its file cannot be written'],
  [CODE.ioError, 'its file cannot be read or written'],
  [CODE.full, 'the disk is full'],
  [CODE.cantOpen, 'its file cannot be opened'],
]);

/** Whether SQLite refused because somebody else holds the lock. */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error) & 0xff;
  return code === CODE.busy || code === CODE.locked;
}

/** An error of SQLite as ours; others are left as they are. */
export function sqliteFault(error: unknown): unknown {
  const code = codeOf(error);
  if (SAME_KEY.includes(code)) return rowExists(error);
  const primary = code & 0xff;
  const what = WHAT.get(primary);
  if (what !== undefined) return databaseUnavailable(what, error);
  if (primary === CODE.corrupt || primary === CODE.notADb) return databaseCorrupt(error);
  return error;
}

function databaseCorrupt(cause: unknown): MarketplaceError {
  return new MarketplaceError('The database file is damaged, or no database', {
    code: 'REGISTRY_CORRUPT',
    hint: 'Nothing was changed. Restore a copy of it; to begin anew, move it away.',
    cause,
  });
}

function codeOf(error: unknown): number {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0;
}
