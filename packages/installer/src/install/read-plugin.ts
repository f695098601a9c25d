import type { Tree } from '@agentmesh/artifact';
import type { Finding } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';

/** What is known of a folder beside its files. */
export interface ReadPluginHints {
  /** What the source calls it, for a plugin without a name. */
  readonly name: string;
  /** The commit or digest that was fetched, for a plugin without a version. */
  readonly revision?: string;
  readonly tree: Tree;
}

/** What a folder says that it is. */
export interface ReadPlugin {
  readonly manifest: PluginManifest;
  /** Warnings only. */
  readonly findings: readonly Finding[];
  /** True when the folder has no `agent-plugin.yaml`, and the manifest was made from other files of it. */
  readonly foreign: boolean;
}

/**
 * Reads what a fetched folder is. Changes nothing in it.
 *
 * @throws MarketplaceError `MANIFEST_NOT_FOUND`, `MANIFEST_INVALID`
 */
export type PluginReader = (dir: string, hints: ReadPluginHints) => Promise<ReadPlugin>;

/** The reader of folders with an `agent-plugin.yaml`. */
export const readManifestAlone: PluginReader = async (dir) => {
  const { loadManifest } = await import('@agentmesh/manifest');
  const findings: Finding[] = [];
  const manifest = await loadManifest(dir, { onFinding: (finding) => findings.push(finding) });
  return { manifest, findings, foreign: false };
};
