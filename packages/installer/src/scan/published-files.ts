import type { Tree } from '@agentmesh/artifact';
import type { PluginManifest } from '@agentmesh/manifest';

/** A plugin about to be published. */
export interface PublishedFiles {
  readonly manifest: PluginManifest;
  /** The folder; of its files only those in `tree` are published. */
  readonly dir: string;
  readonly tree: Tree;
  /** The content of every file by its path, when they are in memory and not in the folder. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
}
