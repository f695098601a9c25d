import type { TreeFile } from '@agentmesh/artifact';
import type { PluginManifest } from '@agentmesh/manifest';
import type { Permissions, StagedPlugin } from '@agentmesh/shape';

/** What an installed plugin is, as whoever installed it says. */
export interface StagePluginOptions {
  /** Folder of its files; links to skills lead here, so a path that outlives an update is best. */
  readonly root: string;
  readonly manifest: PluginManifest;
  readonly tree: { readonly files: readonly Pick<TreeFile, 'path' | 'size' | 'sha256'>[] };
  /** What it was granted (default: nothing). */
  readonly permissions?: Permissions;
}

/** An installed plugin as shapes see it. */
export function stagePlugin({ root, manifest, tree, permissions = {} }: StagePluginOptions): StagedPlugin {
  const { name, version } = manifest;
  const files = tree.files.map(({ path, size, sha256 }) => ({ path, size, sha256 }));
  return { name, version, root, files, manifest: { ...manifest }, permissions };
}
