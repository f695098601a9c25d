import { parseJson } from '@agentmesh/download';
import { MarketplaceError, printable } from '@agentmesh/errors';
import type { GuardedResponse } from '@agentmesh/http';
import { z } from 'zod';

const MAX_VALUES = 10_000;
const MAX_TEXT = 1_000;

/** What a server's API may say in its own words; any other code counts by its status. */
const CODES: ReadonlySet<string> = new Set([
  ...['ALREADY_REGISTERED', 'ARCHIVE_INVALID', 'ARTIFACT_TOO_LARGE', 'BLOB_NOT_FOUND', 'BODY_TOO_LARGE'],
  ...['CURSOR_INVALID', 'DATABASE_UNAVAILABLE', 'DIGEST_MISMATCH', 'DIGEST_MISSING', 'INTEGRITY_MISMATCH'],
  ...['KEY_INVALID', 'KEY_UNKNOWN', 'MANIFEST_INVALID', 'MANIFEST_MISMATCH', 'NAME_INVALID', 'NAME_OWNED'],
  ...['NAME_TOO_SIMILAR', 'NAME_UNOWNED', 'NOT_PUBLISHABLE', 'PLUGIN_NOT_FOUND', 'REQUEST_INVALID', 'SCOPE_MISSING'],
  ...['SERVER_BUSY', 'SERVER_STOPPING', 'SIGNATURE_INVALID', 'SIGNATURE_MISSING', 'TOKEN_INVALID', 'TOKEN_NOT_FOUND'],
  ...['TOKEN_REQUIRED'],
  ...['TOO_MANY_REQUESTS', 'TREE_TOO_LARGE', 'TREE_UNSAFE', 'UNTRUSTED_AUTHOR', 'VERSION_INVALID', 'VERSION_NOT_FOUND'],
]);

const STATUSES: Readonly<Record<number, string>> = {
  400: 'REQUEST_INVALID',
  401: 'TOKEN_REQUIRED',
  403: 'SOURCE_UNAUTHORIZED',
  413: 'BODY_TOO_LARGE',
  429: 'TOO_MANY_REQUESTS',
  503: 'SERVER_BUSY',
};

const shape = z.object({ code: z.string(), detail: z.string(), hint: z.string().optional() });

/** True for an answer in the form of the API's errors (RFC 9457). */
export function isProblem(response: GuardedResponse): boolean {
  return /^application\/problem\+json(?:;|$)/i.test(response.header('content-type') ?? '');
}

/**
 * The error that an answer tells of. What the server wrote is shown as text, without control characters and not all of it when
 * it is long.
 */
export async function answerError(response: GuardedResponse): Promise<MarketplaceError> {
  const host = printable(response.url.host);
  const { status } = response;
  const problem = isProblem(response) ? readProblem(await response.bytes()) : undefined;
  await response.discard();
  const wait = response.header('retry-after');
  const later =
    wait === undefined ? 'Try again later.' : `Try again later; it asks to wait for ${printable(wait, 40)}.`;
  if (problem !== undefined && CODES.has(problem.code)) {
    const hint = printable(problem.hint ?? '', MAX_TEXT);
    const said = status === 429 || status === 503 ? later : hint;
    return new MarketplaceError(`${host}: ${printable(problem.detail, MAX_TEXT)}`, {
      code: problem.code,
      ...(said === '' ? {} : { hint: said }),
    });
  }
  const code = STATUSES[status] ?? 'FETCH_FAILED';
  const hint = status === 401 ? `Log in: agentmesh login https://${host}` : later;
  return new MarketplaceError(`${host} answered with status ${status}`, { code, hint });
}

function readProblem(bytes: Uint8Array): z.infer<typeof shape> | undefined {
  const found = shape.safeParse(parseJson(bytes, { maxValues: MAX_VALUES }));
  return found.success ? found.data : undefined;
}
