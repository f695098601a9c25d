const STATUSES: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

/** True for an answer that asks to come again (RFC 9110, 15.6; RFC 6585, 4). */
export function isRetryStatus(status: number): boolean {
  return STATUSES.has(status);
}

/** True for a method that may be sent twice (RFC 9110, 9.2.2). */
export function isIdempotent(method: string): boolean {
  return METHODS.has(method.toUpperCase());
}

/**
 * What an answer's Retry-After says, in milliseconds (RFC 9110, 10.2.3): seconds, or a date, which is read against the
 * answer's own Date so that no clock has to agree. Undefined for anything else.
 */
export function retryAfterMs(header: (name: string) => string | undefined): number | undefined {
  const value = header('retry-after')?.trim() ?? '';
  if (/^[0-9]{1,9}$/.test(value)) return Number(value) * 1000;
  const wait = Date.parse(value) - Date.parse(header('date') ?? '');
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
