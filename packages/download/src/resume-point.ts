type Header = (name: string) => string | undefined;

const STRONG_ETAG = /^"[\x21\x23-\x7e]*"$/;
/** RFC 9110, 8.8.2.2: a date proves equality only when the answer is that much younger; a minute is on the safe side. */
const SETTLED_MS = 60_000;

/**
 * What proves that a file did not change between two requests (RFC 9110, 13.1.5): its strong entity tag, or a date of change
 * that lies well before the answer. Undefined when there is none, or the body was encoded on the way.
 */
export function validatorOf(header: Header): string | undefined {
  if ((header('content-encoding') ?? 'identity') !== 'identity') return undefined;
  const tag = header('etag');
  if (tag !== undefined) return STRONG_ETAG.test(tag) ? tag : undefined;
  const changed = header('last-modified');
  const settled = Date.parse(header('date') ?? '') - Date.parse(changed ?? '') >= SETTLED_MS;
  return settled ? changed : undefined;
}

/**
 * True for an answer that goes on exactly at `offset` of the same file (RFC 9110, 14.4); anything else means to begin anew.
 */
export function continuesAt(response: { status: number; header: Header }, offset: number, validator: string): boolean {
  if (response.status !== 206) return false;
  const tag = response.header('etag');
  if (tag !== undefined && validator.startsWith('"') && tag !== validator) return false;
  return new RegExp(`^bytes ${offset}-[0-9]+/(?:[0-9]+|\\*)$`).test(response.header('content-range') ?? '');
}

/** The size of the whole file, where an answer says it. */
export function totalBytes(response: { status: number; header: Header }): number | undefined {
  const text =
    response.status === 206
      ? /\/([0-9]{1,15})$/.exec(response.header('content-range') ?? '')?.[1]
      : response.header('content-length');
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}
