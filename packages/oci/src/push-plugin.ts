import { EMPTY_TYPE, PLUGIN_LAYER_TYPE } from './media-types.js';
import type { OciClient } from './oci-client.js';
import { EMPTY_CONFIG } from './oci-descriptor.js';
import { formatOciReference, type OciRepository } from './oci-reference.js';
import { createPluginManifest, type PluginAnnotations } from './plugin-manifest.js';

/** A plugin on its way to a registry. */
export interface PluginPush {
  readonly repository: OciRepository;
  /** Under which it can be found beside its digest. */
  readonly tag?: string | undefined;
  readonly plugin: PluginAnnotations;
  /** What `packTree` made. */
  readonly archive: Uint8Array;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: { readonly bytes: number; readonly totalBytes: number }) => void) | undefined;
}

/** A plugin that is in a registry. */
export interface PushedPlugin {
  /** `registry/repository@sha256:…` */
  readonly reference: string;
  readonly digest: string;
  /** Of the archive, in bytes. */
  readonly size: number;
  /** False when the archive was there already. */
  readonly uploaded: boolean;
}

/**
 * Puts a plugin's archive and its manifest into a repository; the manifest goes last, so that nobody finds half of it.
 *
 * @throws MarketplaceError as `OciRepositorySession`
 */
export async function pushPlugin(client: OciClient, push: PluginPush): Promise<PushedPlugin> {
  const { repository, tag, plugin, archive, signal, onProgress } = push;
  const session = client.open(repository, { access: 'push', signal });
  const { descriptor, uploaded } = await session.putBlob(archive, {
    mediaType: PLUGIN_LAYER_TYPE,
    onProgress: (bytes) => onProgress?.({ bytes, totalBytes: archive.length }),
  });
  await session.putBlob(EMPTY_CONFIG.bytes, { mediaType: EMPTY_TYPE });
  const { digest } = await session.putManifest(createPluginManifest(descriptor, plugin), tag);
  const { registry, repository: path } = repository;
  const reference = formatOciReference({ registry, repository: path, digest });
  return { reference, digest, size: archive.length, uploaded };
}
