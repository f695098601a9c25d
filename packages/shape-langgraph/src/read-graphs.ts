import { type Finding, isMarketplaceError, printable } from '@agentmesh/errors';
import { type PlainYaml, parsePlainYaml } from '@agentmesh/manifest/plain-yaml';
import { findPluginFile, readPluginFile, type StagedPlugin } from '@agentmesh/shape';
import { isMap, isScalar, type Pair } from 'yaml';
import { GRAPH_LIMITS } from './graph-limits.js';
import { type GraphPlace, parseGraphSpec } from './parse-graph-spec.js';

const FILE = 'langgraph.json';
const ID = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;
const FAULTS = {
  'graph-spec-invalid': 'expected "./file:export" with the ending of a JavaScript, TypeScript or Python module',
  'graph-file-missing': 'the plugin has no such file',
} as const;

/** A graph of a plugin. */
export interface PluginGraph extends GraphPlace {
  readonly id: string;
}

/** What {@link readGraphs} answers. */
export interface PluginGraphs {
  /** In the order of the file. */
  readonly graphs: readonly PluginGraph[];
  readonly findings: readonly Finding[];
}

/** True when there is a file that {@link readGraphs} would read. */
export function hasGraphs(plugin: StagedPlugin): boolean {
  return findPluginFile(plugin, FILE) !== undefined || (plugin.refused ?? []).some(({ path }) => path === FILE);
}

/**
 * Reads `graphs` of `langgraph.json`: ids and `./file:export`, as text or as `path` of a mapping (LangGraph's configuration file). A bad one costs
 * itself alone. What else stands there is for LangGraph's own server, and not looked at; nothing is loaded.
 */
export async function readGraphs(plugin: StagedPlugin): Promise<PluginGraphs> {
  const refused = (plugin.refused ?? []).filter(({ path }) => path === FILE);
  if (refused.length > 0) {
    return {
      graphs: [],
      findings: refused.map(({ reason }) => fault('graph-unsafe', `it is not used, since ${reason}`)),
    };
  }
  if (findPluginFile(plugin, FILE) === undefined) return { graphs: [], findings: [] };
  const yaml = await read(plugin);
  if (!('document' in yaml)) return { graphs: [], findings: yaml };
  const entry = yaml.map?.items.find(({ key }) => isScalar(key) && key.value === 'graphs');
  if (entry === undefined || !isMap(entry.value)) {
    const line = entry === undefined ? 1 : yaml.lineOf(entry.key);
    return { graphs: [], findings: [fault('graphs-missing', 'expected a field graphs with ids and places', line)] };
  }
  return readEntries(plugin, yaml, entry.value.items);
}

async function read(plugin: StagedPlugin): Promise<PlainYaml | readonly Finding[]> {
  try {
    const bytes = await readPluginFile(plugin, FILE, { maxBytes: GRAPH_LIMITS.fileBytes });
    // JSON is YAML, and this reader refuses a key twice and counts depth.
    const yaml = parsePlainYaml(bytes, { noMappingCode: 'langgraph-not-mapping' });
    return 'document' in yaml ? yaml : yaml.map((finding) => ({ ...finding, path: FILE }));
  } catch (error) {
    const isTooLarge = isMarketplaceError(error) && error.code === 'PLUGIN_FILE_TOO_LARGE';
    const message = isMarketplaceError(error) ? error.message : 'it cannot be read';
    return [fault(isTooLarge ? 'langgraph-too-large' : 'langgraph-unreadable', message)];
  }
}

function readEntries(plugin: StagedPlugin, yaml: PlainYaml, entries: readonly Pair[]): PluginGraphs {
  const graphs: PluginGraph[] = [];
  const findings: Finding[] = [];
  for (const [index, { key, value }] of entries.entries()) {
    const id = isScalar(key) ? String(key.value) : '';
    const line = yaml.lineOf(key);
    if (index >= GRAPH_LIMITS.graphs) {
      findings.push(
        fault('graphs-too-many', `expected at most ${GRAPH_LIMITS.graphs} graphs, got ${entries.length}`, line),
      );
      break;
    }
    if (!ID.test(id) || id.length > GRAPH_LIMITS.idLength) {
      const message = `expected an id of at most ${GRAPH_LIMITS.idLength} letters, digits, "-" and "_", got "${printable(id, 80)}"`;
      findings.push(fault('graph-id-invalid', message, line));
      continue;
    }
    const place = parseGraphSpec(plugin, specOf(value));
    if (typeof place === 'string') findings.push(fault(place, `of the graph ${id}: ${FAULTS[place]}`, line));
    else graphs.push({ id, ...place });
  }
  return { graphs, findings };
}

function specOf(value: unknown): string {
  if (isScalar(value)) return String(value.value ?? '');
  const path = isMap(value) ? value.get('path') : undefined;
  return typeof path === 'string' ? path : '';
}

function fault(code: string, message: string, line?: number): Finding {
  return { code, severity: 'error', path: FILE, message, ...(line === undefined ? {} : { line }) };
}
