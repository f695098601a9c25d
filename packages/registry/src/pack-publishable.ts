import type { Archive } from '@agentmesh/artifact';
import type { PluginManifest } from '@agentmesh/manifest';
import { type FolderOptions, loadPublishable } from './load-publishable.js';
import { packPlugin } from './pack-plugin.js';
import { refuseFiles } from './refuse-files.js';
import type { CheckFiles } from './registry-options.js';

/** How a signed plugin is packed. */
export interface PackPublishableOptions extends FolderOptions {
  readonly checkFiles?: CheckFiles | undefined;
}

/** A plugin that may be published anywhere. */
export interface PackedRelease {
  readonly manifest: PluginManifest;
  readonly archive: Archive;
}

/**
 * Packs a signed plugin's folder by the rules of `PluginRegistry.publish`, for whoever publishes elsewhere. The folder is not
 * changed.
 *
 * @throws MarketplaceError `MANIFEST_NOT_FOUND`, `MANIFEST_INVALID`, `SIGNATURE_MISSING`, `DIGEST_MISSING`, `DIGEST_MISMATCH`,
 * `TREE_UNSAFE`, `TREE_TOO_LARGE`, `NOT_PUBLISHABLE`
 */
export async function packPublishable(dir: string, options: PackPublishableOptions = {}): Promise<PackedRelease> {
  const { checkFiles, ...folder } = options;
  const loaded = await loadPublishable(dir, folder, { signed: true });
  const { manifest } = loaded;
  const archive = await packPlugin(dir, loaded, folder);
  await refuseFiles(checkFiles, { manifest, dir, tree: archive.tree });
  folder.signal?.throwIfAborted();
  return { manifest, archive };
}
