import { digestTree, type TreeOptions } from '@agentmesh/artifact';
import { loadManifest, type PluginManifest, saveManifest, withFields } from '@agentmesh/manifest';
import type { PluginSigner } from './plugin-signer.js';

/** Limits and cancellation of {@link signPlugin}; as in `@agentmesh/artifact`. */
export type SignPluginOptions = Pick<TreeOptions, 'limits' | 'signal'>;

/**
 * Signs a plugin's folder in place: digests the files as they would be packed, sets `content_digest`, signs, saves the
 * manifest, and returns it.
 *
 * @throws MarketplaceError `MANIFEST_NOT_FOUND`, `MANIFEST_INVALID`, `TREE_UNSAFE`, `TREE_TOO_LARGE`
 */
export async function signPlugin(
  dir: string,
  signer: PluginSigner,
  options: SignPluginOptions = {},
): Promise<PluginManifest> {
  const manifest = await loadManifest(dir);
  const content_digest = await digestTree(dir, { ...options, view: 'packing' });
  const signed = signer.sign(withFields(manifest, { content_digest }));
  await saveManifest(signed, dir);
  return signed;
}
