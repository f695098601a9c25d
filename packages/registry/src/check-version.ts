import { MarketplaceError, printable } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';
import { decideOwner, type Ownership } from './decide-owner.js';
import { isSameVersion } from './is-same-version.js';
import type { OwnerKey } from './registry-entry.js';
import type { NameState } from './registry-store.js';

/**
 * Decides whether a version may be listed, and whose it is: it is new, its name looks like no other, and its owner signed it.
 *
 * @param key a key that verifies the manifest, when one is known
 * @throws MarketplaceError `ALREADY_REGISTERED`, `NAME_TOO_SIMILAR`, `NAME_OWNED`
 */
export function checkVersion(rows: NameState, manifest: PluginManifest, key: OwnerKey | undefined): Ownership {
  const { name, version } = manifest;
  for (const { manifest: listed } of rows.versions) {
    if (isSameVersion(listed.version, version)) throw alreadyRegistered(manifest, listed.version);
  }
  const [other] = rows.lookalikes;
  if (rows.versions.length === 0 && other !== undefined) throw tooSimilar(name, other);
  return decideOwner(rows, manifest, key);
}

function alreadyRegistered({ name, version }: PluginManifest, listed: string): MarketplaceError {
  const what = printable(`${name} ${listed}`);
  const text = listed === version ? what : `${what}, which is the same as ${version},`;
  return new MarketplaceError(`${text} is in the registry already`, {
    code: 'ALREADY_REGISTERED',
    hint: 'A version never changes: raise the version number.',
  });
}

function tooSimilar(name: string, other: string): MarketplaceError {
  return new MarketplaceError(
    `The name ${printable(name)} differs from the listed ${printable(other)} by case, - and _ alone`,
    { code: 'NAME_TOO_SIMILAR', hint: 'Choose a name that cannot be taken for the other one.' },
  );
}
