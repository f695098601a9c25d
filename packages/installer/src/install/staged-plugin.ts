import type { TreeFile } from '@agentmesh/artifact';
import type { Finding } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';
import type { MadeManifest } from '../state/made-manifest.js';

/** A plugin's files where nobody looks yet, with all that the lock will say of where they came from. */
export interface StagedPlugin {
  /** Holds exactly `files`. */
  readonly dir: string;
  readonly files: readonly TreeFile[];
  /** Computed from the files. */
  readonly digest: string;
  readonly manifest: PluginManifest;
  readonly source: string;
  readonly resolved: string;
  readonly revision?: string;
  readonly integrity?: string;
  /** Of a plugin without `agent-plugin.yaml`: the manifest that was made for it. */
  readonly made_manifest?: MadeManifest;
  /** True when the store had it, where only what passed all checks comes to lie. */
  readonly stored?: boolean;
  /** Warnings met on the way. */
  readonly findings: readonly Finding[];
}
