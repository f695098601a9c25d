import { compareVersions, MANIFEST_FILENAME } from '@agentmesh/manifest';
import type { LockedPlugin } from '../state/locked-plugin.js';
import type { CheckedPlugin } from './check-plugin.js';
import { isUnpinned } from './development-path.js';
import type { Change, PlacedPlugin } from './install-result.js';
import { isMadeVersion } from './is-made-version.js';

/**
 * What an install says of a plugin that passed.
 *
 * @param before what was installed under its name
 */
export function toPlaced(checked: CheckedPlugin, before: LockedPlugin | undefined): PlacedPlugin {
  const { plugin, verification, keyId, findings, engine } = checked;
  const { name, manifest, digest, files, origin } = plugin;
  const { permissions } = manifest;
  return {
    name,
    version: manifest.version,
    change: changeOf(checked, before),
    ...(before === undefined ? {} : { from: { version: before.version, digest: before.content_digest } }),
    source: origin.source,
    resolved: origin.resolved,
    ...(isUnpinned(origin.source) ? { unpinned: true } : {}),
    ...(origin.made_manifest === undefined ? {} : { foreign: true }),
    digest,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    ...(keyId === undefined ? {} : { keyId }),
    verification,
    manifestOnly: files.every(({ path }) => path === MANIFEST_FILENAME),
    ...(permissions === undefined || Object.keys(permissions).length === 0 ? {} : { permissions }),
    ...(engine === undefined ? {} : { engine }),
    findings,
  };
}

function changeOf({ plugin }: CheckedPlugin, before: LockedPlugin | undefined): Change {
  const { change, manifest, digest, origin } = plugin;
  if (change !== 'updated' || before === undefined) return change;
  const order = compareVersions(manifest.version, before.version);
  if (order === 0) return digest === before.content_digest ? 'updated' : 'replaced';
  const made =
    isMadeVersion(before.version, before.made_manifest) && isMadeVersion(manifest.version, origin.made_manifest);
  return order < 0 && !made ? 'downgraded' : 'updated';
}
