import type { TreeFile } from '@agentmesh/artifact';
import type { Finding } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';

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
  /** True when the store had it, where only what passed all checks comes to lie. */
  readonly stored?: boolean;
  /** Warnings met on the way. */
  readonly findings: readonly Finding[];
}
