import { type Finding, isMarketplaceError } from '@agentmesh/errors';
import { findPluginFile, readPluginFile, type StagedPlugin } from '@agentmesh/shape';
import type { Node } from 'jsonc-parser';
import { MCP_LIMITS } from './mcp-limits.js';
import type { McpDialect } from './mcp-server-entry.js';
import { membersOf, type ParsedJson, parseJson, plainValue } from './parse-json.js';

/** Where servers stand. */
export interface McpSource {
  readonly path: string;
  readonly dialect: McpDialect;
  readonly json: ParsedJson;
  /** The object of servers by name. */
  readonly servers: Node;
}

const SCHEMAS = {
  plugin: 'https://agent-plugins.org/schemas/1.0.0/plugin.schema.json',
  mcp: 'https://agent-plugins.org/schemas/1.0.0/mcp.schema.json',
};
const OWN = 'mcp.json';
const CLAUDE = '.mcp.json';
const CONTAINER = 'plugin.json';
const CLAUDE_CONTAINER = '.claude-plugin/plugin.json';

type Report = (code: string, path: string, message: string, line?: number) => void;

/** True where something of the plugin may hold servers. */
export function mayHaveServers(plugin: StagedPlugin): boolean {
  return [OWN, CLAUDE].some((path) => findPluginFile(plugin, path) !== undefined || isRefused(plugin, path));
}

/** Every place of a plugin that holds servers, the one that counts first. What cannot be read is a finding. */
export async function findSources(plugin: StagedPlugin): Promise<{ sources: McpSource[]; findings: Finding[] }> {
  const findings: Finding[] = [];
  const report: Report = (code, path, message, line) => {
    findings.push({ code, severity: 'error', path, message, ...(line === undefined ? {} : { line }) });
  };
  const sources: McpSource[] = [];
  for (const path of [OWN, CLAUDE]) {
    if (isRefused(plugin, path)) report('mcp-unreadable', path, 'It is no regular file of the plugin');
  }
  const own = await read(plugin, OWN, report);
  const isOff = own !== undefined && (await isOtherVersion(plugin, own, report));
  if (own !== undefined && !isOff) add(sources, { path: OWN, json: own, dialect: 'agent-plugins' }, report);
  const paths = [CLAUDE];
  const container = await read(plugin, CLAUDE_CONTAINER, report);
  const inline = container === undefined ? undefined : member(container.root, 'mcpServers');
  if (inline !== undefined) paths.push(...namedFiles(inline, report));
  for (const path of new Set(paths)) {
    const json = await read(plugin, path, report);
    if (json !== undefined) add(sources, { path, json, dialect: 'claude' }, report);
  }
  if (container !== undefined && inline?.type === 'object') {
    sources.push({ path: CLAUDE_CONTAINER, dialect: 'claude', json: container, servers: inline });
  }
  return { sources, findings };
}

function add(sources: McpSource[], found: Omit<McpSource, 'servers'>, report: Report): void {
  const { root } = found.json;
  const { path, dialect, json } = found;
  if (root.type !== 'object') {
    report('mcp-shape', path, 'It is no object');
    return;
  }
  const servers = member(root, 'mcpServers');
  if (dialect === 'agent-plugins') {
    const unknown = membersOf(root).find(({ name }) => name !== '$schema' && name !== 'mcpServers');
    if (unknown !== undefined) {
      report('mcp-shape', path, 'It has more than $schema and mcpServers', json.lineOf(unknown.key));
      return;
    }
  }
  // Claude takes the servers themselves, too.
  const node = servers ?? (dialect === 'claude' ? root : undefined);
  if (node?.type !== 'object') {
    report('mcp-shape', path, 'mcpServers is no object', node && json.lineOf(node));
    return;
  }
  sources.push({ ...found, servers: node });
}

/** The version of mcp.json has to be that of plugin.json. */
async function isOtherVersion(plugin: StagedPlugin, json: ParsedJson, report: Report): Promise<boolean> {
  const schema = member(json.root, '$schema');
  let expected = true;
  if (findPluginFile(plugin, CONTAINER) !== undefined) {
    const container = await read(plugin, CONTAINER, () => undefined);
    expected = container !== undefined && member(container.root, '$schema')?.value === SCHEMAS.plugin;
  }
  if (expected && schema?.value === SCHEMAS.mcp) return false;
  report(
    'mcp-schema',
    OWN,
    'Its $schema is not that of version 1.0.0, as of plugin.json',
    schema && json.lineOf(schema),
  );
  return true;
}

function namedFiles(inline: Node, report: Report): string[] {
  if (inline.type === 'object') return [];
  const value = plainValue(inline);
  const paths: unknown[] = Array.isArray(value) ? value.slice(0, MCP_LIMITS.servers) : [value];
  return paths.flatMap((path) => {
    if (typeof path === 'string' && path.startsWith('./')) return [path.slice(2)];
    report('mcp-shape', CLAUDE_CONTAINER, 'mcpServers is neither an object nor ./files');
    return [];
  });
}

async function read(plugin: StagedPlugin, path: string, report: Report): Promise<ParsedJson | undefined> {
  const isAsked = path !== OWN && path !== CLAUDE && path !== CLAUDE_CONTAINER;
  if (findPluginFile(plugin, path) === undefined) {
    if (isAsked) report('mcp-unreadable', CLAUDE_CONTAINER, 'It names a file with servers that is not there');
    return undefined;
  }
  try {
    const parsed = parseJson(await readPluginFile(plugin, path, { maxBytes: MCP_LIMITS.fileBytes }));
    if ('root' in parsed) return parsed;
    report('mcp-json', path, `It ${parsed.problem}`, parsed.line);
  } catch (error) {
    report('mcp-unreadable', path, isMarketplaceError(error) ? error.message : 'It could not be read');
  }
  return undefined;
}

function member(node: Node, name: string): Node | undefined {
  return membersOf(node).find((one) => one.name === name)?.value;
}

function isRefused({ refused = [] }: StagedPlugin, path: string): boolean {
  return refused.some((entry) => entry.path === path);
}
