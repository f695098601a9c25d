import type { Finding, MarketplaceError } from '@agentmesh/errors';
import { statusOf } from './status-of.js';

/** An error as it is answered: problem details (RFC 9457) with our code. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly hint?: string;
  readonly findings?: readonly Finding[];
  /** Id of the request, as in the server's log. */
  readonly request_id: string;
  /** Further members of single codes, such as `available_schemes`. */
  readonly [member: string]: unknown;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Refused',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported content type',
  416: 'Range not satisfiable',
  422: 'Not acceptable as it is',
  429: 'Too many requests',
  500: 'Internal error',
  502: 'Source failed',
  503: 'Unavailable',
  504: 'Source timed out',
};

const MAX_FINDINGS = 100;

/**
 * The problem that tells of an error. Of one that is no fault of the client's nothing is told but that it happened; the log
 * has the rest.
 */
export function problemOf(
  error: MarketplaceError | undefined,
  requestId: string,
  members: Readonly<Record<string, unknown>> = {},
): Problem {
  const status = error === undefined ? 500 : statusOf(error.code);
  const title = TITLES[status] ?? 'Error';
  const frame = { type: 'about:blank', title, status, request_id: requestId } as const;
  if (error === undefined || status === 500) {
    const code = error?.code ?? 'INTERNAL';
    return { ...frame, code, detail: 'The server failed. Its log has more under the id of this request.' };
  }
  const { code, message, hint, findings } = error;
  return {
    ...members,
    ...frame,
    code,
    detail: message,
    ...(hint === undefined ? {} : { hint }),
    ...(findings.length === 0 ? {} : { findings: findings.slice(0, MAX_FINDINGS) }),
  };
}
