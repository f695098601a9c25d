import type { Credential } from './credentials.js';

/** The value of an Authorization header: Basic (RFC 7617) with a username, Bearer (RFC 6750) without. */
export function authorizationOf({ username, token }: Credential): string {
  if (username === undefined) return `Bearer ${token}`;
  return `Basic ${Buffer.from(`${username}:${token}`, 'utf8').toString('base64')}`;
}
