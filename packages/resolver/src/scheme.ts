const MAX_SCHEME = 64;
const PREFIX = /^[A-Za-z][A-Za-z0-9+.-]*(?=:\/\/)/;
const KNOWN = /^[a-z][a-z0-9+.-]*$/;
const ANY_CASE = /^[A-Za-z][A-Za-z0-9+.-]*$/;

/** The separator between a scheme and its spec. */
export const SCHEME_SEPARATOR = '://';

/** The scheme that `text` begins with, as written (RFC 3986, section 3.1); undefined when no `scheme://` stands there. */
export function findScheme(text: string): string | undefined {
  return PREFIX.exec(text)?.[0];
}

/** True for what a resolver may claim: RFC 3986's grammar in lower case, at most 64 characters. */
export function isKnownScheme(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_SCHEME && KNOWN.test(value);
}

/** True for what a user may type: upper case is well formed, but never registered. */
export function isScheme(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_SCHEME && ANY_CASE.test(value);
}
