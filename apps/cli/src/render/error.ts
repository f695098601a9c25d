import { isMarketplaceError, printable } from '@agentmesh/errors';
import { style } from './style.js';

/** What `--json` prints for a failure. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
}

/**
 * The machine-readable form of any error. What the file system refuses has the code `FILE_FAILED`, what nobody expected
 * `INTERNAL`.
 */
export function errorBody(error: unknown): ErrorBody {
  if (!isMarketplaceError(error)) return { error: { code: codeOf(error), message: messageOf(error) } };
  const { code, message, hint } = error;
  return { error: hint === undefined ? { code, message } : { code, message, hint } };
}

/** The form for a person, for stderr. */
export function renderError(error: unknown): string {
  const { code, message, hint } = errorBody(error).error;
  const head = `${style('red', 'Error')} ${message} ${style('dim', `[${code}]`)}`;
  return hint === undefined ? head : `${head}\n${style('cyan', 'Hint')}  ${hint}`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'syscall' in error ? 'FILE_FAILED' : 'INTERNAL';
}

function messageOf(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error), 2_000);
}
