import { type ErrorClass, errorClassOf } from '@agentmesh/errors';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

const STATUS: Readonly<Record<ErrorClass, ContentfulStatusCode>> = {
  usage: 400,
  unauthenticated: 401,
  notFound: 404,
  untrusted: 422,
  refused: 403,
  conflict: 409,
  tooLarge: 413,
  tooMany: 429,
  upstream: 502,
  unavailable: 503,
  timedOut: 504,
  interrupted: 503,
  failure: 500,
};

/** Codes that tell a client of a server something else than they tell the person at a terminal. */
const OTHERWISE: Readonly<Record<string, ContentfulStatusCode>> = {
  // The server's own data or set-up is broken, which the client cannot help.
  KEYRING_INVALID: 500,
  REGISTRY_CORRUPT: 500,
  SETTINGS_INVALID: 500,
  STATE_CORRUPT: 500,
  // Nobody has to change the request: trying it again helps.
  LOCK_TIMEOUT: 503,
  // What was fetched or uploaded is no plugin; nobody asked for a manifest by its name.
  MANIFEST_NOT_FOUND: 422,
  // A version that is requested cannot be there when it is no version.
  METHOD_NOT_ALLOWED: 405,
  RANGE_NOT_SATISFIABLE: 416,
  CONTENT_TYPE_UNSUPPORTED: 415,
};

/** The HTTP status for an error code: the table of the error formats. */
export function statusOf(code: string): ContentfulStatusCode {
  return OTHERWISE[code] ?? STATUS[errorClassOf(code)];
}
