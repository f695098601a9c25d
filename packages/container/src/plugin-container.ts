import type { Finding } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';

/** What says that a folder is a plugin. */
export type ContainerKind = 'agentmesh' | 'agent-plugins' | 'claude' | 'molecule' | 'skill';

/** A plugin's folder, as it was read. */
export interface PluginContainer {
  readonly kind: ContainerKind;
  /** Of a foreign container: made from its files, unsigned, without permissions, and valid by the rule for publishing. */
  readonly manifest: PluginManifest;
  /** True where no `agent-plugin.yaml` is there. */
  readonly foreign: boolean;
  /** Of the file that says so, relative to the folder: `.claude-plugin/plugin.json`. */
  readonly manifestPath: string;
  /** What was left out, replaced or made up; none of it stops the plugin. */
  readonly findings: readonly Finding[];
}
