import type { McpServer } from '@agentmesh/shape';

/** Who says how a file with servers is read: Agent Plugins 1.0, or Claude. */
export type McpDialect = 'agent-plugins' | 'claude';

/** One server of a plugin. Its fields are checked and still the plugin's own text. */
export interface McpServerEntry {
  readonly name: string;
  /** The file it comes from. */
  readonly path: string;
  readonly line: number;
  readonly dialect: McpDialect;
  /** With `${PLUGIN_ROOT}` and `${PLUGIN_DATA}` where they were, and Claude's names for them written as these. */
  readonly server: McpServer;
}
