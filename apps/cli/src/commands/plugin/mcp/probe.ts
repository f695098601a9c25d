import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../../command.js';
import { installedPlugin } from '../../../mcp/installed-plugin.js';
import { type ProbedServer, probeServer } from '../../../mcp/probe-server.js';
import { formatCount } from '../../../render/count.js';

/** `agentmesh plugin mcp probe PLUGIN [SERVER]` */
export default class PluginMcpProbe extends AgentmeshCommand {
  static override summary = 'Start an MCP server of an installed plugin, contained, list its tools, and end it.';
  static override description =
    'What it says of its tools is its own text. Its data folder is empty, and gone afterwards.';
  static override examples = [
    '<%= config.bin %> plugin mcp probe notes',
    '<%= config.bin %> plugin mcp probe notes search --timeout 5000 --json',
  ];
  static override args = {
    plugin: Args.string({ description: 'name of the installed plugin', required: true, ignoreStdin: true }),
    server: Args.string({ description: 'name of its server; left out, the only one', ignoreStdin: true }),
  };
  static override flags = {
    timeout: Flags.integer({
      description: 'longest wait in milliseconds',
      min: 1,
      max: 300_000,
      default: 30_000,
      helpValue: 'MS',
    }),
  };

  async run(): Promise<ProbedServer> {
    const { args, flags } = await this.parse(PluginMcpProbe);
    const composition = await this.compose();
    const sandbox = await composition.sandbox();
    this.working(`Asking ${args.plugin}`);
    try {
      const [{ startMcpServer }, plugin] = await Promise.all([
        import('@agentmesh/shape-mcp'),
        installedPlugin(composition, args.plugin),
      ]);
      const server = await startMcpServer({ sandbox, plugin, server: args.server, signal: this.signal });
      const probed = await probeServer(server, { timeoutMs: flags.timeout, signal: this.signal });
      const { name, version } = probed.server;
      const tools = probed.tools.map((tool) => `  ${tool.name}  ${tool.description}`.trimEnd());
      this.log([`${name} ${version}: ${formatCount(tools.length, 'tool')}`, ...tools].join('\n'));
      return probed;
    } finally {
      await sandbox.close();
    }
  }
}
