import { stagePlugin } from '@agentmesh/activation';
import { listTree } from '@agentmesh/artifact';
import { type Finding, MarketplaceError } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';
import type { Composition } from '../compose.js';

/** What shapes make of a folder. */
export interface CheckedFolder {
  readonly shapes: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Has every shape look at a plugin's folder as it would be packed.
 *
 * @throws MarketplaceError `TREE_UNSAFE`, `TREE_TOO_LARGE`
 */
export async function checkFolder(
  composition: Composition,
  dir: string,
  manifest: PluginManifest,
): Promise<CheckedFolder> {
  const tree = await listTree(dir, { view: 'packing' });
  const { registry } = await composition.shapes();
  const plugin = stagePlugin({ root: dir, manifest, tree });
  const { shapes } = await registry.detect(plugin);
  return { shapes, findings: await registry.check(plugin) };
}

/**
 * Refuses a plugin whose files are not what their shapes expect, with every finding.
 *
 * @throws MarketplaceError `SHAPES_INVALID`
 */
export function assertShapes({ name, version }: PluginManifest, { findings }: CheckedFolder): void {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  throw new MarketplaceError(`${name} ${version} has files that are not what they should be:`, {
    code: 'SHAPES_INVALID',
    hint: 'Mend them. Whoever installs it would get the rest of it alone. See: agentmesh plugin check',
    findings,
  });
}
