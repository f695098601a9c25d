import { isMarketplaceError, MarketplaceError, printable } from '@agentmesh/errors';
import type { Digest } from './digest.js';

/** Where and until when something was being done. */
export interface DownloadPlace {
  readonly host: string;
  /** The caller's signal. */
  readonly signal: AbortSignal;
  /** Aborted when the time was up. */
  readonly timeout: AbortSignal;
}

/** Codes of `@agentmesh/http` and `@agentmesh/artifact` that have another name in a fetch. */
const CODES: Readonly<Record<string, string>> = {
  ADDRESS_REFUSED: 'FETCH_FAILED',
  HTTP_ENCODING: 'FETCH_FAILED',
  HTTP_FAILED: 'FETCH_FAILED',
  HTTP_REDIRECT_REFUSED: 'FETCH_FAILED',
  HTTP_REQUEST_REFUSED: 'FETCH_FAILED',
  HTTP_TIMEOUT: 'FETCH_TIMEOUT',
  HTTP_TLS: 'FETCH_FAILED',
  HTTP_TOO_LARGE: 'FETCH_TOO_LARGE',
  TREE_TOO_LARGE: 'FETCH_TOO_LARGE',
};

/** True for a failure that a second attempt may not meet: the connection, or the time for one of them. */
export function isTransient(error: unknown): boolean {
  return isMarketplaceError(error) && (error.code === 'HTTP_FAILED' || error.code === 'HTTP_TIMEOUT');
}

/** Whatever a download or an unpacking met, in the codes of a fetch; an abort is the reason of its signal. */
export function downloadError(error: unknown, place: DownloadPlace): unknown {
  const { host, signal, timeout } = place;
  if (signal.aborted) return signal.reason;
  if (timeout.aborted) {
    return new MarketplaceError(`The download from ${host} took too long`, {
      code: 'FETCH_TIMEOUT',
      hint: 'Try again, or allow more time with the limit timeoutMs.',
      cause: error,
    });
  }
  if (!isMarketplaceError(error)) {
    return new MarketplaceError(`What came from ${host} could not be stored`, {
      code: 'FETCH_FAILED',
      hint: 'Make sure that the disk has room; the cause of this error has what the system said.',
      cause: error,
    });
  }
  const code = CODES[error.code];
  return code === undefined ? error : new MarketplaceError(error.message, { code, hint: error.hint, cause: error });
}

/**
 * The error of an answer that is no success. Without a credential nobody can tell a private thing from a missing one, so both
 * are `SOURCE_NOT_FOUND`; the text of the server is not told.
 *
 * @param authorized true when the answering host was sent a credential
 */
export function statusError(status: number, host: string, authorized: boolean): MarketplaceError {
  if (authorized && (status === 401 || status === 403)) {
    return new MarketplaceError(`${host} refuses the credential for it (status ${status})`, {
      code: 'SOURCE_UNAUTHORIZED',
      hint: 'Check that the token is valid and may read there.',
    });
  }
  if (status === 401 || status === 403 || status === 404 || status === 410) {
    return new MarketplaceError(`${host} has nothing there, or does not show it (status ${status})`, {
      code: 'SOURCE_NOT_FOUND',
      hint: 'Check the source; for a private one give a credential for exactly that host.',
    });
  }
  return new MarketplaceError(`${host} answered with status ${status}`, {
    code: status === 413 ? 'FETCH_TOO_LARGE' : 'FETCH_FAILED',
    hint: status === 429 ? 'It asks for fewer requests: try again later.' : 'Try again later.',
  });
}

/** The error of a body that is larger than it may be. */
export function bodyTooLarge(host: string, maxBytes: number): MarketplaceError {
  return new MarketplaceError(`What ${host} sends is larger than ${maxBytes} bytes`, {
    code: 'FETCH_TOO_LARGE',
    hint: 'Allow more with the limit maxBytes.',
  });
}

/** The error of bytes that are not the expected ones. */
export function integrityMismatch(expected: Digest, actual: Digest): MarketplaceError {
  return new MarketplaceError(`Expected content with the digest ${expected}, got ${actual}`, {
    code: 'INTEGRITY_MISMATCH',
    hint: 'The bytes are not the pinned ones: fetch them again, and if it stays do not use them.',
  });
}

/** The error of more or fewer bytes than there must be. */
export function sizeMismatch(expected: number | undefined): MarketplaceError {
  return new MarketplaceError(`Expected content of exactly ${expected} bytes, got another size`, {
    code: 'INTEGRITY_MISMATCH',
    hint: 'The bytes are not the announced ones: fetch them again, and if it stays do not use them.',
  });
}

/** The host of a URL as it may be shown; of a malformed one nothing is. */
export function shownHost(url: string | URL): string {
  return URL.canParse(String(url)) ? printable(new URL(url).host) || 'the server' : 'the server';
}
