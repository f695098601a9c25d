import { type Finding, isMarketplaceError, type MarketplaceError, printable } from '@agentmesh/errors';
import { parsePlainYaml } from '@agentmesh/manifest/plain-yaml';
import { z } from 'zod';
import { authorFault } from './author-fault.js';
import { keyringInvalid } from './keyring-invalid.js';
import type { TrustedKey } from './trusted-key.js';
import { trustedKeyFault } from './trusted-key-fault.js';
import { vetPublicKey } from './vet-public-key.js';

const FILENAME = 'trusted-keys.yaml';
const MAX_FINDINGS = 20;
/** A little more than the largest keyring has, and read in two seconds. */
const MAX_LEXEMES = 400_000;

const time = z.union([z.iso.datetime({ offset: true }), z.iso.date()]).transform((text) => new Date(text));
const keyRow = z.strictObject({
  key_id: z.string(),
  public_key: z.string(),
  added_at: time.optional(),
  valid_from: time.optional(),
  valid_until: time.optional(),
  revoked: z.strictObject({ at: time.optional(), reason: z.string().optional() }).optional(),
});
const authorRow = z.strictObject({ author: z.string(), keys: z.array(keyRow) });
const keyringFile = z.strictObject({ version: z.literal(1), authors: z.array(authorRow) });

/**
 * Reads the text of `trusted-keys.yaml` (UTF-8). It is all or nothing: a file with one mistake trusts nobody.
 *
 * @param path for messages
 * @throws MarketplaceError `KEYRING_INVALID` with a finding for each problem
 */
export function parseKeyring(bytes: Uint8Array, path: string): readonly TrustedKey[] {
  const yaml = parsePlainYaml(bytes, { schema: 'core', maxLexemes: MAX_LEXEMES });
  if (!('document' in yaml))
    throw invalid(
      path,
      yaml.map((fault) => ({ ...fault, path: FILENAME })),
    );
  const file = keyringFile.safeParse(yaml.document.toJS());
  const findings = file.error?.issues.map((issue) => problem(issue.path.join('.'), issue.message)) ?? [];
  const authors = file.data?.authors ?? [];
  findings.push(...findDoubles(authors, 'author', 'authors'));
  const keys = authors.flatMap((author, at) => readAuthor(author, `authors.${at}`, findings));
  if (findings.length > 0) throw invalid(path, findings);
  return spreadRevocations(keys);
}

function readAuthor(row: z.infer<typeof authorRow>, place: string, findings: Finding[]): readonly TrustedKey[] {
  const fault = authorFault(row.author);
  if (fault !== undefined) {
    findings.push(problem(`${place}.author`, fault));
    return [];
  }
  findings.push(...findDoubles(row.keys, 'key_id', `${place}.keys`));
  return row.keys.flatMap((keyOfRow, at) => {
    const key = readRow(row.author, keyOfRow);
    if (typeof key !== 'string') return [key];
    findings.push(problem(`${place}.keys.${at}`, key));
    return [];
  });
}

/** The row's key, or what is wrong with it. */
function readRow(author: string, row: z.infer<typeof keyRow>): TrustedKey | string {
  const { added_at: addedAt, valid_from: validFrom, valid_until: validUntil, revoked } = row;
  try {
    const { keyId, keyObject: publicKey } = vetPublicKey(row.public_key);
    if (row.key_id !== keyId) return `key_id is ${printable(row.key_id)}, but the id of public_key is ${keyId}`;
    const key = { author, keyId, publicKey, addedAt, validFrom, validUntil, revoked };
    return trustedKeyFault(key) ?? key;
  } catch (error) {
    if (isMarketplaceError(error)) return `public_key: ${error.message}`;
    throw error;
  }
}

/** A key that is revoked for one author is revoked for all: whoever holds the private key can sign as any of them. */
function spreadRevocations(keys: readonly TrustedKey[]): readonly TrustedKey[] {
  const revocations = new Map(keys.filter((key) => key.revoked !== undefined).map((key) => [key.keyId, key.revoked]));
  return keys.map((key) =>
    key.revoked === undefined && revocations.has(key.keyId) ? { ...key, revoked: revocations.get(key.keyId) } : key,
  );
}

function findDoubles<Name extends string>(
  rows: readonly Readonly<Record<Name, string>>[],
  field: Name,
  place: string,
): Finding[] {
  const seen = new Set<string>();
  const doubles = new Set<string>();
  for (const { [field]: name } of rows) {
    if (seen.has(name)) doubles.add(name);
    seen.add(name);
  }
  return [...doubles].map((name) => problem(place, `${printable(name)} is listed twice`));
}

function problem(path: string, message: string): Finding {
  return { code: 'keyring-invalid', severity: 'error', path: path === '' ? FILENAME : path, message };
}

function invalid(path: string, findings: readonly Finding[]): MarketplaceError {
  return keyringInvalid(`The keyring ${printable(path)} is not valid, so nobody in it is trusted`, {
    hint: 'Repair the file by hand, or move it away and trust the keys again: agentmesh key trust',
    findings: findings.slice(0, MAX_FINDINGS),
  });
}
