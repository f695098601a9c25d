import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { readPluginFile, type StagedPlugin } from '@agentmesh/shape';
import type { PluginGraph } from './read-graphs.js';

/** What {@link loadGraphInHost} needs to be told. */
export interface HostGraphOptions {
  /** Id of the trusted key that signed the plugin; undefined when nobody vouches for it. */
  readonly signedBy: string | undefined;
  /** That the plugin's code may do whatever the host may. */
  readonly runInHost: boolean;
}

/**
 * Loads the compiled graph itself, for who needs its streams and checkpoints: the plugin's code then runs in the host, with everything that the host may
 * do. Every file of the plugin is compared with its list right before.
 *
 * @throws MarketplaceError `GRAPH_HOST_REFUSED` without `runInHost`, `GRAPH_UNTRUSTED` without a verified signature, `GRAPH_NOT_FOUND` when the module has no
 * such export; `PLUGIN_FILE_…` for changed files; what the module throws
 */
export async function loadGraphInHost(
  plugin: StagedPlugin,
  graph: PluginGraph,
  { signedBy, runInHost }: HostGraphOptions,
): Promise<unknown> {
  if (runInHost !== true) {
    throw fault(
      'GRAPH_HOST_REFUSED',
      graph,
      'would run in the host',
      'createGraphNode runs it in the sandbox; runInHost: true lets it into the host.',
    );
  }
  if (typeof signedBy !== 'string' || signedBy === '') {
    throw fault(
      'GRAPH_UNTRUSTED',
      graph,
      'has no verified signature',
      'Trust its author’s key, or run it in the sandbox with createGraphNode.',
    );
  }
  if (graph.file.endsWith('.py')) throw fault('GRAPH_NOT_FOUND', graph, 'is no JavaScript', 'Run it in the sandbox.');
  for (const { path, size } of plugin.files) await readPluginFile(plugin, path, { maxBytes: size });
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(join(plugin.root, graph.file)).href);
  const found = Object.hasOwn(module, graph.export) ? module[graph.export] : undefined;
  if (found !== undefined) return found;
  throw fault('GRAPH_NOT_FOUND', graph, 'is no export of its module', `Look at ${graph.file}.`);
}

function fault(code: string, { id }: PluginGraph, problem: string, hint: string): MarketplaceError {
  return new MarketplaceError(`The graph ${printable(id)} ${problem}`, { code, hint: printable(hint) });
}
