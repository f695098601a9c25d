import type { McpServer } from '@agentmesh/shape';
import { checkHeaders, checkUrl } from './check-address.js';
import { MCP_LIMITS } from './mcp-limits.js';
import type { McpDialect } from './mcp-server-entry.js';

type Fields = Readonly<Partial<Record<string, unknown>>>;

/** What {@link checkServer} looks at. */
export interface ServerToCheck {
  readonly value: unknown;
  readonly dialect: McpDialect;
  /** Whether the plugin has this file. */
  hasFile(path: string): boolean;
}

const STDIO = ['type', 'command', 'args', 'env', 'cwd'];
const HTTP = ['type', 'url', 'headers'];
const CWD = /^(?:\.\/|\$\{PLUGIN_ROOT\}(?:\/|$)|\$\{PLUGIN_DATA\}(?:\/|$))/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
/** As in the sandbox, which refuses them too: what a dynamic loader or a shell obeys, and what is ours to say. */
const RESERVED = /^(?:LD_.*|BASH.*|SHELLOPTS|ENV|PS4|IFS|PLUGIN_ROOT|PLUGIN_DATA)$/;

/** The server, or why it is none as a phrase; with names that Claude does not know, which are left out. */
export function checkServer(
  check: ServerToCheck,
): { readonly server: McpServer; readonly unknown: readonly string[] } | { readonly problem: string } {
  const { value, dialect } = check;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problem: 'is no object' };
  const fields: Fields = { ...value };
  const type = typeOf(fields, dialect);
  if (type === undefined) return { problem: 'has an unknown type' };
  const known = type === 'stdio' ? STDIO : HTTP;
  const unknown = Object.keys(fields).filter((name) => !known.includes(name));
  if (unknown.length > 0 && dialect === 'agent-plugins') return { problem: `has a field that ${type} has not` };
  const other = (type === 'stdio' ? HTTP : STDIO).find((name) => name !== 'type' && fields[name] !== undefined);
  if (other !== undefined) return { problem: `has the field ${other}, which ${type} has not` };
  const found = type === 'stdio' ? checkStdio(fields, check) : checkRemote(fields, type);
  return typeof found === 'string' ? { problem: found } : { server: found, unknown };
}

function typeOf({ type, url }: Fields, dialect: McpDialect): McpServer['type'] | undefined {
  if (type === 'stdio' || type === 'sse') return type;
  if (dialect === 'agent-plugins') return type === 'streamable-http' ? type : undefined;
  if (type === 'http' || type === 'streamable-http') return 'streamable-http';
  return type === undefined && url === undefined ? 'stdio' : undefined;
}

function checkStdio(fields: Fields, { dialect, hasFile }: ServerToCheck): McpServer | string {
  const { args = [], env = {} } = fields;
  const isClaude = dialect === 'claude';
  if (!isText(fields.command) || fields.command === '') return 'has no command';
  const command = isClaude ? inPlugin(ownNames(fields.command)) : fields.command;
  const problem = checkCommand(command, hasFile);
  if (problem !== undefined && !(isClaude && /^\/|^[A-Za-z]:/.test(command))) return problem;
  if (!Array.isArray(args) || args.length > MCP_LIMITS.items || !args.every(isText))
    return 'has args that are no list of texts';
  if (!isTexts(env)) return 'has an env that is no object of texts';
  if (Object.keys(env).some((name) => RESERVED.test(name) || !VARIABLE.test(name)))
    return 'sets a variable that it may not';
  const cwd = fields.cwd === undefined ? undefined : folderOf(fields.cwd, isClaude);
  if (cwd === false) return 'has a cwd outside of its folders';
  const named = (text: string): string => (isClaude ? ownNames(text) : text);
  return {
    type: 'stdio',
    command,
    args: args.map(named),
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, named(value)])),
    ...(cwd === undefined ? {} : { cwd }),
  };
}

function checkCommand(command: string, hasFile: (path: string) => boolean): string | undefined {
  if (command.includes('${')) return 'has a placeholder in its command';
  if (/[\s\0-\u001f\u007f]/.test(command)) return 'has a command that is more than one word';
  if (!command.startsWith('./'))
    return /[/\\]/.test(command) ? 'has a path as a command that does not begin with ./' : undefined;
  const path = command.slice(2);
  if (leadsOut(path)) return 'has a command outside of the plugin';
  return hasFile(path) ? undefined : 'has a command that is no file of the plugin';
}

function folderOf(cwd: unknown, isClaude: boolean): string | false {
  if (!isText(cwd)) return false;
  const own = isClaude ? ownNames(cwd) : cwd;
  return CWD.test(own) && !leadsOut(own.replace(/^\$\{\w+\}\/?|^\.\//, '')) ? own : false;
}

function leadsOut(path: string): boolean {
  return path.startsWith('/') || /[\\\0]|\$\{/.test(path) || path.split('/').includes('..');
}

function checkRemote({ url, headers = {} }: Fields, type: 'streamable-http' | 'sse'): McpServer | string {
  if (!isText(url)) return 'has no url';
  if (!isTexts(headers)) return 'has headers that are no object of texts';
  const problem = checkUrl(url) ?? checkHeaders(headers);
  return problem ?? { type, url, headers };
}

/** Claude's names for the two folders, written as those of Agent Plugins. */
function ownNames(text: string): string {
  return text.replaceAll('${CLAUDE_PLUGIN_', '${PLUGIN_');
}

function inPlugin(command: string): string {
  return command.startsWith('${PLUGIN_ROOT}/') ? `./${command.slice('${PLUGIN_ROOT}/'.length)}` : command;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MCP_LIMITS.textUnits && !value.includes('\0');
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return entries.length <= MCP_LIMITS.items && entries.every(([name, text]) => isText(name) && isText(text));
}
