import { type Finding, printable } from '@agentmesh/errors';
import { findPluginFile, type StagedPlugin } from '@agentmesh/shape';
import { checkServer } from './check-server.js';
import { findSources, type McpSource } from './find-sources.js';
import { MCP_LIMITS } from './mcp-limits.js';
import type { McpServerEntry } from './mcp-server-entry.js';
import { membersOf, plainValue } from './parse-json.js';

/** What it is called in clients and on command lines. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/;

/** The servers of a plugin, and what is wrong with the others. */
export interface McpServers {
  readonly servers: readonly McpServerEntry[];
  readonly findings: readonly Finding[];
}

/**
 * Reads `mcp.json` (Agent Plugins 1.0), `.mcp.json` and the servers in `.claude-plugin/plugin.json` (Claude), in this order;
 * of a name that comes again the first one counts. A bad entry costs itself alone.
 */
export async function readMcpServers(plugin: StagedPlugin): Promise<McpServers> {
  const { sources, findings } = await findSources(plugin);
  const servers = new Map<string, McpServerEntry>();
  for (const source of sources) findings.push(...readSource(source, plugin, servers));
  return { servers: [...servers.values()], findings };
}

function readSource(source: McpSource, plugin: StagedPlugin, servers: Map<string, McpServerEntry>): Finding[] {
  const { path, dialect, json } = source;
  const findings: Finding[] = [];
  const hasFile = (file: string): boolean => findPluginFile(plugin, file) !== undefined;
  for (const { name, key, value } of membersOf(source.servers)) {
    const line = json.lineOf(key);
    const report = (code: string, message: string, severity: Finding['severity'] = 'error'): void => {
      findings.push({ code, severity, path, line, message: `Server ${printable(name, 64)} ${message}` });
    };
    if (servers.size >= MCP_LIMITS.servers) {
      report('mcp-too-many', `and what follows is more than the ${MCP_LIMITS.servers} servers of a plugin`);
      break;
    }
    const checked = checkServer({ value: plainValue(value), dialect, hasFile });
    if ('problem' in checked) report('mcp-server-invalid', checked.problem);
    else if (!NAME.test(name)) report('mcp-server-name', 'has a name that is not 1 to 64 of letters, digits, - and _');
    else if (servers.has(name)) report('mcp-duplicate', 'was there before', 'warning');
    else {
      if (checked.unknown.length > 0) report('mcp-unknown-field', 'has fields that are not known', 'warning');
      servers.set(name, { name, path, line, dialect, server: checked.server });
    }
  }
  return findings;
}
