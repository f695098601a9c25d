import { digestTree, type TreeOptions } from '@agentmesh/artifact';
import { loadManifest, type PluginManifest, saveManifest, withFields } from '@agentmesh/manifest';
import type { PluginSigner } from './plugin-signer.js';

/** Limits and cancellation of {@link signPlugin}; as in `@agentmesh/artifact`. */
export type SignPluginOptions = Pick<TreeOptions, 'limits' | 'signal'>;

/**
 * Signs a plugin's folder in place: digests the files as they would be packed, sets `content_digest`, signs, saves the
 * manifest, and returns it. A key that no manifest has is refused, as in publishing.
 *
 * @throws MarketplaceError `MANIFEST_NOT_FOUND`, `MANIFEST_INVALID`, `TREE_UNSAFE`, `TREE_TOO_LARGE`
 */
export async function signPlugin(
  dir: string,
  signer: PluginSigner,
  options: SignPluginOptions = {},
): Promise<PluginManifest> {
  // What is not known would be gone from the saved file, and nobody would be told.
  const manifest = await loadManifest(dir, { strict: true });
  const content_digest = await digestTree(dir, { ...options, view: 'packing' });
  const signed = signer.sign(withFields(manifest, { content_digest }));
  await saveManifest(signed, dir);
  return signed;
}
