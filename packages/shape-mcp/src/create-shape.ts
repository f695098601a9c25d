import { join } from 'node:path';
import type { Finding } from '@agentmesh/errors';
import { type McpServer, registerEach, type ShapeAdapter, type StagedPlugin, takeBack } from '@agentmesh/shape';
import { mayHaveServers } from './find-sources.js';
import type { McpServerEntry } from './mcp-server-entry.js';
import { readMcpServers } from './read-mcp-servers.js';

const SHAPE = 'mcp';
const CONTAINED = /^(?:node|python3|\.\/.*)$/;

/** What {@link createShape} is made with. */
export interface McpShapeOptions {
  /**
   * How a client starts a server contained: `command ...args <plugin> <server>`. Left out, a client starts the plugin's own
   * command itself, uncontained.
   */
  readonly launcher?: { readonly command: string; readonly args: readonly string[] } | undefined;
}

/** The shape `mcp`: every server of the plugin becomes one of the client. */
export function createShape({ launcher }: McpShapeOptions = {}): ShapeAdapter {
  return {
    shape: SHAPE,
    async detect(plugin) {
      if (mayHaveServers(plugin)) return true;
      const { servers, findings } = await readMcpServers(plugin);
      return servers.length > 0 || findings.length > 0;
    },
    async check(plugin) {
      const { servers, findings } = await readMcpServers(plugin);
      return [...findings, ...servers.flatMap((entry) => uncontained(entry))];
    },
    async activate(plugin, context) {
      const { servers, findings } = await readMcpServers(plugin);
      const steps = servers.map((entry) => {
        const { name, path } = entry;
        const server = forClient(entry, plugin, launcher);
        return { path, register: () => context.registerMcpServer({ name, server }) };
      });
      const all = launcher === undefined ? findings : [...findings, ...servers.flatMap((entry) => uncontained(entry))];
      return registerEach({ shape: SHAPE, plugin, context, steps, findings: all });
    },
    deactivate: takeBack,
  };
}

/** Said beforehand, not only when it does not start. */
function uncontained({ name, path, line, server }: McpServerEntry): Finding[] {
  if (server.type !== 'stdio' || CONTAINED.test(server.command)) return [];
  const message = `Server ${name} starts a program that is not there in the sandbox, which has node, python3 and the plugin's files`;
  return [{ code: 'mcp-not-contained', severity: 'warning', path, line, message }];
}

function forClient(
  { name, server }: McpServerEntry,
  { name: plugin, root }: StagedPlugin,
  launcher: McpShapeOptions['launcher'],
): McpServer {
  if (server.type !== 'stdio') return server;
  if (launcher !== undefined)
    return { type: 'stdio', command: launcher.command, args: [...launcher.args, plugin, name] };
  const data = join(root, '..', `.${plugin}-data`);
  const fill = (text: string): string => text.replaceAll('${PLUGIN_ROOT}', root).replaceAll('${PLUGIN_DATA}', data);
  const { command, args = [], env = {}, cwd = './' } = server;
  return {
    type: 'stdio',
    command: command.startsWith('./') ? join(root, command) : command,
    args: args.map(fill),
    env: {
      ...Object.fromEntries(Object.entries(env).map(([key, value]) => [key, fill(value)])),
      PLUGIN_ROOT: root,
      PLUGIN_DATA: data,
    },
    cwd: cwd.startsWith('./') ? join(root, cwd) : fill(cwd),
  };
}
