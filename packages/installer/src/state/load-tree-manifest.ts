import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finding, MarketplaceError, printable } from '@agentmesh/errors';
import { loadManifest, MANIFEST_FILENAME, manifestFromObject, type PluginManifest } from '@agentmesh/manifest';
import { ifPresent } from './if-present.js';
import { type MadeManifest, unmadeField } from './made-manifest.js';

/**
 * The manifest of a plugin's files: the `agent-plugin.yaml` among them, or, where there is none, the one that was made when they came.
 *
 * @param made what the lock keeps of the latter
 * @throws MarketplaceError `MANIFEST_NOT_FOUND`, `MANIFEST_INVALID`
 */
export async function loadTreeManifest(
  dir: string,
  made: MadeManifest | undefined,
  onFinding: (finding: Finding) => void = () => undefined,
): Promise<PluginManifest> {
  const isOwn = made === undefined || (await ifPresent(lstat(join(dir, MANIFEST_FILENAME)))) !== undefined;
  if (isOwn) return loadManifest(dir, { onFinding });
  const field = unmadeField(made);
  if (field === undefined) return manifestFromObject(made, { path: 'The manifest that the lock keeps' }).manifest;
  throw new MarketplaceError(`The lock keeps a manifest with ${printable(field)}, which nobody can make for a plugin`, {
    code: 'MANIFEST_INVALID',
    hint: 'Find out who changed the lock, and install the plugin again.',
  });
}
