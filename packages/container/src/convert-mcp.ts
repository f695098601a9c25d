import { printable } from '@agentmesh/errors';
import type { FileFindings } from './file-findings.js';
import { isObject, type JsonObject } from './read-json-object.js';

/** The two ways of writing MCP servers down, each with the file that holds them. */
export const MCP_PATHS: Readonly<Record<'agent-plugins' | 'claude', string>> = Object.freeze({
  'agent-plugins': 'mcp.json',
  claude: '.mcp.json',
});

const MCP_SCHEMA = 'https://agent-plugins.org/schemas/1.0.0/mcp.schema.json';
const VARIABLE = /\$\{/;

type Fields = Readonly<Partial<Record<string, unknown>>>;
type Convert = (server: Fields) => Fields | undefined;

/**
 * Writes the MCP servers of a plugin down as the other side does. A server that the other side has no words for is told and left
 * out. Whether what results is valid there is for its reader to say.
 */
export function convertMcp(json: JsonObject, to: 'agent-plugins' | 'claude', findings: FileFindings): object {
  // Claude takes the servers without the key around them too.
  const list = json.fields.mcpServers ?? (to === 'agent-plugins' ? json.fields : {});
  const convert: Convert = to === 'claude' ? toClaude : toAgentPlugins;
  const mcpServers: Record<string, unknown> = Object.create(null);
  for (const [name, server] of Object.entries(isObject(list) ? list : {})) {
    const converted = isObject(server) ? convert(server) : undefined;
    if (converted !== undefined) mcpServers[name] = converted;
    else findings.warning('mcp-left-out', `the server "${printable(name, 80)}" cannot be written down for ${to}`);
  }
  return to === 'claude' ? { mcpServers } : { $schema: MCP_SCHEMA, mcpServers };
}

function toClaude({ type, ...rest }: Fields): Fields | undefined {
  if (type === 'streamable-http') return { type: 'http', ...rest };
  if (type === 'sse') return { type, ...rest };
  if (type !== 'stdio' || typeof rest.command !== 'string') return undefined;
  const root = variable('CLAUDE_PLUGIN_ROOT');
  const rooted = (text: string): string => text.replace(/^\.\//, () => `${root}/`);
  const named = (text: string): string =>
    text.replaceAll(/\$\{(PLUGIN_(?:ROOT|DATA))\}/g, (_all, name) => variable(`CLAUDE_${name}`));
  const cwd = typeof rest.cwd === 'string' ? rooted(named(rest.cwd)) : root;
  return { type, ...mapTexts(rest, named), command: rooted(rest.command), cwd };
}

function toAgentPlugins({ type, ...rest }: Fields): Fields | undefined {
  if (type === 'http' || type === 'streamable-http') return withoutVariables({ type: 'streamable-http', ...rest });
  if (type === 'sse') return withoutVariables({ type, ...rest });
  if ((type !== undefined && type !== 'stdio') || typeof rest.command !== 'string') return undefined;
  const named = (text: string): string =>
    text.replaceAll(/\$\{CLAUDE_(PLUGIN_(?:ROOT|DATA))\}/g, (_all, name) => variable(name));
  const command = rest.command.replace(/^\$\{CLAUDE_PLUGIN_ROOT\}\//, './');
  const server = { type: 'stdio', ...mapTexts(rest, named), command };
  const foreign = JSON.stringify(server).replaceAll(/\$\{PLUGIN_(?:ROOT|DATA)\}/g, '');
  return VARIABLE.test(command) || VARIABLE.test(foreign) ? undefined : server;
}

function variable(name: string): string {
  return `\${${name}}`;
}

/** Nothing is filled in there. */
function withoutVariables(server: Fields): Fields | undefined {
  return VARIABLE.test(JSON.stringify(server)) ? undefined : server;
}

/** What is not of the form that a reader takes stays as it is: the reader tells. */
function mapTexts(fields: Fields, map: (text: string) => string): Fields {
  const deep = (value: unknown): unknown => {
    if (typeof value === 'string') return map(value);
    if (Array.isArray(value)) return value.map(deep);
    return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, deep(one)])) : value;
  };
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, deep(value)]));
}
