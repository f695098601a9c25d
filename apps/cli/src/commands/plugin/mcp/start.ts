import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../../command.js';
import { ExitCode } from '../../../exit-codes.js';
import { dataFolder } from '../../../mcp/data-folder.js';
import { installedPlugin } from '../../../mcp/installed-plugin.js';
import { passThrough } from '../../../mcp/pass-through.js';
import { PluginOutput } from '../../../render/plugin-output.js';

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** `agentmesh plugin mcp start PLUGIN [SERVER]` */
export default class PluginMcpStart extends AgentmeshCommand {
  static override summary = 'Run an MCP server of an installed plugin, contained, on standard input and output.';
  static override description =
    `For a client to start. The server has no files but the plugin's own, what was granted to read, and a data folder; no network, but that
fetch in a server of Node reaches the hosts that were granted.
Ends with the server; the end of input and a signal end the server. What it prints on stderr is shown there, marked [plugin].`;
  static override examples = [
    '<%= config.bin %> plugin mcp start notes',
    '<%= config.bin %> plugin mcp start notes search --project /home/me/project',
  ];
  static override enableJsonFlag = false;
  static override args = {
    plugin: Args.string({ description: 'name of the installed plugin', required: true, ignoreStdin: true }),
    server: Args.string({ description: 'name of its server; left out, the only one', ignoreStdin: true }),
  };
  static override flags = {
    project: Flags.string({ description: 'folder of the project (default: the current one)', helpValue: 'DIR' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PluginMcpStart);
    if (flags.project !== undefined) process.chdir(flags.project);
    const composition = await this.compose();
    const sandbox = await composition.sandbox();
    const abort = new AbortController();
    const stop = (): void => abort.abort();
    for (const signal of SIGNALS) process.on(signal, stop);
    try {
      const [{ startMcpServer }, plugin, dataDir] = await Promise.all([
        import('@agentmesh/shape-mcp'),
        installedPlugin(composition, args.plugin),
        dataFolder(composition.settings, args.plugin, (text) => this.caution(text)),
      ]);
      const server = await startMcpServer({ sandbox, plugin, server: args.server, dataDir, signal: abort.signal });
      const output = new PluginOutput((line) => this.note(line));
      server.stderr.on('data', (chunk: Buffer) => output.take({ stream: 'stderr', text: chunk.toString() }));
      const end = await passThrough(server, process);
      output.finish();
      if (end.reason === 'stopped' || (end.reason === 'exit' && end.code === 0)) return;
      this.caution(`The server ended: ${end.reason}${end.code === undefined ? '' : ` ${end.code}`}`);
      process.exitCode = ExitCode.failure;
    } finally {
      for (const signal of SIGNALS) process.off(signal, stop);
      await sandbox.close();
    }
  }
}
