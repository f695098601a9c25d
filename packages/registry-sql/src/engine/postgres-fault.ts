import { databaseUnavailable } from './database-unavailable.js';
import { rowExists } from './row-exists.js';

/** Classes and codes of SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html) that pass by themselves or by an operator. */
const UNAVAILABLE: readonly string[] = ['08', '28', '3D', '53', '57', '58', '55P03', '25006', '25P03', '42501'];
const AGAIN: readonly string[] = ['40001', '40P01'];
const SAME_KEY = '23505';

/** An error that came from the database or the way there, as opposed to one of the work that ran in a transaction. */
export class PostgresFault extends Error {
  /** SQLSTATE; unset when the server said nothing. */
  readonly state: string | undefined;

  constructor(cause: unknown) {
    super('PostgreSQL failed', { cause });
    this.state = stateOf(cause);
  }

  /** Whether the transaction lost against another one and may win when it is run again. */
  get isConflict(): boolean {
    return AGAIN.includes(this.state ?? '');
  }

  /** Whether the connection is of no use any more: the server said goodbye, or nobody answered. */
  get isBroken(): boolean {
    return this.state === undefined || this.state.startsWith('57P') || this.state.startsWith('08');
  }
}

/** A {@link PostgresFault} as an error of ours; other errors are left as they are. */
export function postgresFault(error: unknown): unknown {
  if (!(error instanceof PostgresFault)) return error;
  const { state, cause, isConflict } = error;
  if (state === SAME_KEY) return rowExists(cause);
  if (state === undefined) return databaseUnavailable('nobody answers', cause);
  if (isConflict) return databaseUnavailable('others change the same rows', cause);
  const isDown = UNAVAILABLE.some((code) => state.startsWith(code));
  return isDown ? databaseUnavailable(`it refuses (SQLSTATE ${state})`, cause) : cause;
}

function stateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return 'severity' in error && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}
