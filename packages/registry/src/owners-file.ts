import { isJsonObject } from './json-object.js';
import { registryCorrupt } from './registry-corrupt.js';
import type { OwnerKey } from './registry-entry.js';

/** Names and who owns them. */
export type OwnersTable = ReadonlyMap<string, readonly OwnerKey[]>;

/**
 * Reads `owners.json`: `keys`, each with `key_id` and `public_key`, and `names`, each with `name` and its `owners` by key id.
 *
 * @throws MarketplaceError `REGISTRY_CORRUPT`
 */
export function readOwners(text: string, path: string): OwnersTable {
  const value = parse(text, path);
  const { keys, names } = isJsonObject(value) ? value : {};
  if (!Array.isArray(keys) || !Array.isArray(names)) throw registryCorrupt(path, 'expected the lists keys and names');
  const known = new Map(keys.map((key) => readKey(key, path)));
  const table = new Map<string, readonly OwnerKey[]>();
  for (const item of names) {
    const { name, owners } = isJsonObject(item) ? item : {};
    if (typeof name !== 'string' || !Array.isArray(owners)) throw registryCorrupt(path, 'a name without owners in it');
    if (table.has(name)) throw registryCorrupt(path, `the name ${name} stands in it twice`);
    table.set(
      name,
      owners.map((id) => findKey(known, id, path)),
    );
  }
  return table;
}

/** The text of `owners.json`, a line a key and a line a name. */
export function formatOwners(table: OwnersTable): string {
  const keys = new Map<string, string>();
  const names: string[] = [];
  for (const [name, owners] of table) {
    for (const { keyId, publicKey } of owners) {
      if (!keys.has(keyId)) keys.set(keyId, JSON.stringify({ key_id: keyId, public_key: publicKey }));
    }
    names.push(JSON.stringify({ name, owners: owners.map((owner) => owner.keyId) }));
  }
  return `{\n  "keys": ${formatLines([...keys.values()])},\n  "names": ${formatLines(names)}\n}\n`;
}

function formatLines(lines: readonly string[]): string {
  return lines.length === 0 ? '[]' : `[\n    ${lines.join(',\n    ')}\n  ]`;
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw registryCorrupt(path, `it is no JSON (${cause instanceof Error ? cause.message : cause})`, cause);
  }
}

function readKey(value: unknown, path: string): readonly [string, OwnerKey] {
  const { key_id: keyId, public_key: publicKey } = isJsonObject(value) ? value : {};
  if (typeof keyId !== 'string' || typeof publicKey !== 'string') {
    throw registryCorrupt(path, 'a key without key_id or public_key in it');
  }
  return [keyId, Object.freeze({ keyId, publicKey })];
}

function findKey(known: ReadonlyMap<string, OwnerKey>, id: unknown, path: string): OwnerKey {
  const key = typeof id === 'string' ? known.get(id) : undefined;
  if (key === undefined) throw registryCorrupt(path, `an owner's key ${String(id)} is not among its keys`);
  return key;
}
