import type { StagedPlugin } from '@agentmesh/shape';
import type { Composition } from '../compose.js';

/**
 * An installed plugin, verified, as the shapes see it.
 *
 * @throws MarketplaceError `NOT_INSTALLED`, `TREE_TAMPERED`, and the other codes of verification
 */
export async function installedPlugin(composition: Composition, name: string): Promise<StagedPlugin> {
  const installer = await composition.installed();
  const { root, manifest, files, contentDigest } = await installer.verifyTree(name);
  const permissions = await installer.grantedPermissions(name, contentDigest);
  return { name, version: manifest.version, root, files, manifest: { ...manifest }, permissions };
}
