import { MarketplaceError, nearest, printable } from '@agentmesh/errors';
import type { PluginSandbox, SandboxProcess } from '@agentmesh/sandbox';
import type { StagedPlugin } from '@agentmesh/shape';
import type { McpServerEntry } from './mcp-server-entry.js';
import { readMcpServers } from './read-mcp-servers.js';

/** What {@link startMcpServer} takes. */
export interface StartMcpServerOptions {
  readonly sandbox: Pick<PluginSandbox, 'start'>;
  readonly plugin: StagedPlugin;
  /** Its name; left out, the one stdio server there is. */
  readonly server?: string | undefined;
  /** A folder of the host for what it keeps. */
  readonly dataDir?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts a stdio server of a plugin in the sandbox.
 *
 * @throws MarketplaceError `MCP_SERVER_NOT_FOUND`, `MCP_SERVER_REMOTE`, `MCP_SERVER_AMBIGUOUS`; what `PluginSandbox.start`
 * throws
 */
export async function startMcpServer(options: StartMcpServerOptions): Promise<SandboxProcess> {
  const { sandbox, plugin, dataDir, signal } = options;
  const { server, dialect } = await chooseServer(plugin, options.server);
  if (server.type !== 'stdio') {
    throw fault(
      'MCP_SERVER_REMOTE',
      `A server of plugin ${plugin.name} is remote`,
      'A client connects to it by its address; nothing is started.',
    );
  }
  const { command, args, env = {}, cwd } = server;
  // Claude passes a variable on like this; here it is the one that was granted.
  const own = Object.entries(env).filter(([name, value]) => dialect !== 'claude' || value !== `\${${name}}`);
  return sandbox.start({ plugin: plugin.name, command, args, env: Object.fromEntries(own), cwd, dataDir, signal });
}

async function chooseServer(plugin: StagedPlugin, name: string | undefined): Promise<McpServerEntry> {
  const { servers } = await readMcpServers(plugin);
  const names = servers.map((entry) => entry.name);
  if (name === undefined) {
    const [only, second] = servers.filter(({ server }) => server.type === 'stdio');
    if (only !== undefined && second === undefined) return only;
    if (only !== undefined)
      throw fault('MCP_SERVER_AMBIGUOUS', `Plugin ${plugin.name} has several servers`, `Name one: ${names.join(', ')}`);
    throw fault(
      'MCP_SERVER_NOT_FOUND',
      `Plugin ${plugin.name} has no stdio server`,
      `See agentmesh plugin mcp list ${plugin.name}`,
    );
  }
  const found = servers.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const meant = nearest(name, names);
  const hint = meant === undefined ? `See agentmesh plugin mcp list ${plugin.name}` : `Did you mean ${meant}?`;
  throw fault('MCP_SERVER_NOT_FOUND', `Plugin ${plugin.name} has no server ${printable(name, 64)}`, hint);
}

function fault(code: string, message: string, hint: string): MarketplaceError {
  return new MarketplaceError(message, { code, hint });
}
