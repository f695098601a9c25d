import { formatFindings, printable } from '@agentmesh/errors';
import type { McpServers } from '@agentmesh/shape-mcp';
import * as Args from '@oclif/core/args';
import { AgentmeshCommand } from '../../../command.js';
import { installedPlugin } from '../../../mcp/installed-plugin.js';

/** `agentmesh plugin mcp list PLUGIN` */
export default class PluginMcpList extends AgentmeshCommand {
  static override summary = 'List the MCP servers of an installed plugin; starts nothing.';
  static override examples = [
    '<%= config.bin %> plugin mcp list notes',
    '<%= config.bin %> plugin mcp list notes --json',
  ];
  static override args = { plugin: Args.string({ description: 'name of the installed plugin', required: true }) };

  async run(): Promise<McpServers> {
    const { args } = await this.parse(PluginMcpList);
    const composition = await this.compose();
    const { readMcpServers } = await import('@agentmesh/shape-mcp');
    const found = await readMcpServers(await installedPlugin(composition, args.plugin));
    const lines = found.servers.map(({ name, server, path }) => {
      const what = server.type === 'stdio' ? [server.command, ...(server.args ?? [])].join(' ') : server.url;
      return `${name}  ${server.type}  ${printable(what, 200)}  (${path})`;
    });
    this.log(lines.length === 0 ? `Plugin ${args.plugin} has no MCP servers` : lines.join('\n'));
    if (found.findings.length > 0) this.note(formatFindings(found.findings));
    return found;
  }
}
