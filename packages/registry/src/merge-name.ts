import { isDeepStrictEqual } from 'node:util';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { nameOwned } from './name-owned.js';
import type { OwnerKey, RegistryEntry } from './registry-entry.js';
import type { NameRows } from './registry-store.js';

/** All of one name, as another registry has it. */
export interface CopiedName {
  readonly name: string;
  readonly versions: readonly RegistryEntry[];
  readonly owners: readonly OwnerKey[];
}

/**
 * Brings one name's rows to what another registry says. Versions that only this one has are kept.
 *
 * @returns how many versions were added, or have another status now
 * @throws MarketplaceError `ALREADY_REGISTERED` for a version with other content, `NAME_OWNED` when an owner here is none there
 */
export function mergeName(rows: NameRows, { name, versions, owners }: CopiedName): number {
  const missing = rows.owners.filter((owner) => !owners.some((other) => other.keyId === owner.keyId));
  if (missing.length > 0) throw nameOwned(name, rows.owners, 'a copy from a registry where it has other owners');
  let changed = 0;
  for (const entry of versions) {
    const known = rows.versions.find((other) => other.manifest.version === entry.manifest.version);
    if (known !== undefined && isSameEntry(known, entry)) continue;
    if (known !== undefined && !isSameContent(known, entry)) throw otherContent(entry);
    rows.put(entry);
    changed += 1;
  }
  if (!isDeepStrictEqual(rows.owners, owners)) rows.setOwners(owners);
  return changed;
}

/** True when two registries say the same of a version. */
export function isSameEntry(a: RegistryEntry, b: RegistryEntry): boolean {
  return isDeepStrictEqual(plain(a), plain(b));
}

function isSameContent(a: RegistryEntry, b: RegistryEntry): boolean {
  const { updatedAt: _, ...before } = a;
  const { updatedAt: __, ...after } = b;
  return isSameEntry({ ...before, status: after.status }, after);
}

/** Prototypes and members that are undefined do not count. */
function plain(entry: RegistryEntry): unknown {
  return JSON.parse(JSON.stringify(entry));
}

function otherContent({ manifest }: RegistryEntry): MarketplaceError {
  return new MarketplaceError(
    `Both registries have ${printable(`${manifest.name} ${manifest.version}`)}, and not the same one`,
    { code: 'ALREADY_REGISTERED', hint: 'Copy to an empty registry, or remove the version from one of them.' },
  );
}
