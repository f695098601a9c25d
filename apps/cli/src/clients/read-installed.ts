import { stagePlugin } from '@agentmesh/activation';
import type { StagedPlugin } from '@agentmesh/shape';
import type { Composition } from '../compose.js';

/** An installed plugin as shapes see it, with the digest of its files. */
export interface InstalledStage {
  readonly plugin: StagedPlugin;
  readonly digest: string;
}

/**
 * Verifies an installed plugin, and gives it with what it was granted.
 *
 * @param root its folder below the plugins; links lead there, so that they hold over updates
 * @throws MarketplaceError what `PluginInstaller.verifyTree` and `grantedPermissions` throw
 */
export async function readInstalled(composition: Composition, name: string, root: string): Promise<InstalledStage> {
  const installer = await composition.installed();
  const tree = await installer.verifyTree(name);
  const permissions = await installer.grantedPermissions(name, tree.contentDigest);
  const plugin = stagePlugin({ root, manifest: tree.manifest, tree, permissions });
  return { plugin, digest: tree.contentDigest };
}
