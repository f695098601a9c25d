import type { Credential } from './credentials.js';

/** A credential whose token does not show in logs, in JSON and in copies made by spreading. */
export function createCredential(token: string, username?: string): Credential {
  const named = username === undefined ? {} : { username };
  return Object.freeze(Object.defineProperty({ ...named, token: '' }, 'token', { value: token, enumerable: false }));
}
