import { types } from 'node:util';
import { keyringInvalid } from './keyring-invalid.js';
import type { PublicKeyInput } from './public-key-input.js';

/** One key of an author, or several. */
export type AuthorKeys = PublicKeyInput | readonly PublicKeyInput[];

/** Authors and their keys as plain data: a record (own properties only) or a `Map`. */
export type TrustedKeyTable = Readonly<Record<string, AuthorKeys>> | ReadonlyMap<string, AuthorKeys>;

/**
 * The rows of a table of trusted keys; an author without keys has a row with an empty list.
 *
 * @throws MarketplaceError `KEYRING_INVALID` for anything but a plain record or a `Map`: a class instance or a record with a
 * foreign prototype would read as empty, or worse
 */
export function listTrustedKeys(table: TrustedKeyTable): [author: string, keys: readonly PublicKeyInput[]][] {
  const rows = types.isMap(table) ? [...table] : Object.entries(checkRecord(table));
  return rows.map(([author, keys]) => [author, Array.isArray(keys) ? keys : [keys]]);
}

function checkRecord(table: TrustedKeyTable): Readonly<Record<string, AuthorKeys>> {
  const prototype: unknown = typeof table === 'object' && table !== null ? Object.getPrototypeOf(table) : undefined;
  // A record of another realm has that realm's Object.prototype, whose own prototype is null.
  if (prototype === null || (prototype !== undefined && Object.getPrototypeOf(prototype) === null)) {
    return table as Readonly<Record<string, AuthorKeys>>;
  }
  throw keyringInvalid('Expected trusted keys as a Keyring, a Map or a plain record of author → key', {
    hint: 'For a file use Keyring.open(path).',
  });
}
