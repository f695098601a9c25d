import { manifestFromObject, type PluginManifest } from '@agentmesh/manifest';
import type { PublicKeyInput } from '@agentmesh/signing';
import type { BlobStore } from './blob-store.js';
import { checkVersion } from './check-version.js';
import { findSigningKey } from './find-signing-key.js';
import { keepListed } from './keep-listed.js';
import { listVersion } from './list-version.js';
import { type FolderOptions, loadPublishable } from './load-publishable.js';
import { packPlugin } from './pack-plugin.js';
import { refuseFiles } from './refuse-files.js';
import { refuseUnpublishable } from './refuse-unpublishable.js';
import type { OwnerKey, RegistryEntry } from './registry-entry.js';
import type { RegistryOptions } from './registry-options.js';
import type { RegistryStore } from './registry-store.js';

/** What publishing and registering work with. */
export interface PublishContext extends RegistryOptions {
  readonly store: RegistryStore;
  readonly blobs: BlobStore;
  readonly now: () => Date;
}

/** Who publishes. */
export interface RegisterOptions {
  /** The key that signed; it has to verify, and owns the name when it is the first. */
  readonly publicKey?: PublicKeyInput;
}

/** Who publishes, and how the folder is read. */
export interface PublishOptions extends RegisterOptions, FolderOptions {}

/** Lists a manifest without files; see `PluginRegistry.register`. */
export async function registerManifest(
  context: PublishContext,
  fields: PluginManifest,
  options: RegisterOptions,
): Promise<RegistryEntry> {
  const { manifest } = manifestFromObject(fields, { strict: true });
  refuseUnpublishable(manifest);
  const key = findKey(context, manifest, options);
  return context.store.change(manifest.name, (rows) =>
    listVersion(rows, { manifest, key, artifact: undefined, at: context.now() }),
  );
}

/** Packs and lists a plugin's folder; see `PluginRegistry.publish`. */
export async function publishPlugin(
  context: PublishContext,
  dir: string,
  options: PublishOptions,
): Promise<RegistryEntry> {
  const { publicKey: _, ...folder } = options;
  const loaded = await loadPublishable(dir, folder);
  const { manifest } = loaded;
  const key = findKey(context, manifest, options);
  // Asked once before the work of packing, and decided below.
  await context.store.change(manifest.name, (rows) => checkVersion(rows, manifest, key));
  const archive = await packPlugin(dir, loaded, folder);
  await refuseFiles(context.checkFiles, { manifest, dir, tree: archive.tree });
  options.signal?.throwIfAborted();
  const { bytes, integrity } = archive;
  const sent = { bytes, integrity, size: bytes.length };
  return keepListed(sent, {
    ...context,
    name: manifest.name,
    list: (rows) => listVersion(rows, { manifest, key, artifact: { integrity, size: sent.size }, at: context.now() }),
  });
}

/** The key that signed, when one is known; see `findSigningKey`. */
export function findKey(
  { keys, now }: PublishContext,
  manifest: PluginManifest,
  { publicKey }: RegisterOptions,
): OwnerKey | undefined {
  return findSigningKey(manifest, { publicKey, keys, now });
}
