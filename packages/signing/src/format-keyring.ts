import { stringify } from 'yaml';
import { publicKeyPem } from './public-key-pem.js';
import type { TrustedKey } from './trusted-key.js';

const HEAD =
  '# Authors whose plugins are trusted, and their keys. agentmesh rewrites this file: comments are not kept.\n';

/** The text of `trusted-keys.yaml` for keys that are grouped by author. */
export function formatKeyring(keys: readonly TrustedKey[]): string {
  const authors = [...Map.groupBy(keys, (key) => key.author)].map(([author, own]) => ({ author, keys: own.map(row) }));
  return HEAD + stringify({ version: 1, authors }, { lineWidth: 0 });
}

function row(key: TrustedKey): object {
  return {
    key_id: key.keyId,
    public_key: publicKeyPem(key.publicKey),
    ...time('added_at', key.addedAt),
    ...time('valid_from', key.validFrom),
    ...time('valid_until', key.validUntil),
    ...(key.revoked === undefined
      ? {}
      : { revoked: { ...time('at', key.revoked.at), ...reasonOf(key.revoked.reason) } }),
  };
}

function time(name: string, date: Date | undefined): object {
  return date === undefined ? {} : { [name]: date.toISOString() };
}

function reasonOf(reason: string | undefined): object {
  return reason === undefined ? {} : { reason };
}
