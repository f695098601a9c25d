import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { findPluginFile, readPluginFile, type StagedPlugin } from '@agentmesh/shape';
import type { PluginGraph } from './read-graphs.js';

/** What {@link loadGraphInHost} needs to be told. */
export interface HostGraphOptions {
  /** That the plugin's code may do whatever the host may. */
  readonly runInHost: boolean;
  /** Verifies the plugin's signature with the keys that the host trusts, now; answers the id of the key, or rejects. */
  readonly verify: (plugin: StagedPlugin) => Promise<string>;
  /** An empty folder that nobody else writes to: the verified files are put there and loaded from there. It has to stay while the graph is used. */
  readonly into: string;
}

/**
 * Loads the compiled graph itself, for who needs its streams and checkpoints: the plugin's code then runs in the host, with everything that the host may
 * do. Only the files that are listed are there to be loaded, each as it was listed; packages are bundled into them.
 *
 * @throws MarketplaceError `GRAPH_HOST_REFUSED` without `runInHost`, `GRAPH_UNTRUSTED` when the signature is not verified, `GRAPH_NOT_FOUND` when the plugin has
 * no such module or that no such export; `PLUGIN_FILE_…` for changed files; what the module throws
 */
export async function loadGraphInHost(
  plugin: StagedPlugin,
  graph: PluginGraph,
  { runInHost, verify, into }: HostGraphOptions,
): Promise<unknown> {
  if (runInHost !== true) {
    const hint = 'createGraphNode runs it in the sandbox; runInHost: true lets it into the host.';
    throw fault(graph, { code: 'GRAPH_HOST_REFUSED', problem: 'would run in the host', hint });
  }
  await assertSigned(plugin, graph, verify);
  if (findPluginFile(plugin, graph.file) === undefined || graph.file.endsWith('.py')) {
    throw fault(graph, {
      code: 'GRAPH_NOT_FOUND',
      problem: 'is in no JavaScript of the plugin',
      hint: 'Run it in the sandbox.',
    });
  }
  for (const { path, size } of plugin.files) {
    const bytes = await readPluginFile(plugin, path, { maxBytes: size });
    await mkdir(dirname(join(into, path)), { recursive: true });
    await writeFile(join(into, path), bytes, { flag: 'wx', mode: 0o400 });
  }
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(join(into, graph.file)).href);
  const found = Object.hasOwn(module, graph.export) ? module[graph.export] : undefined;
  if (found !== undefined) return found;
  throw fault(graph, {
    code: 'GRAPH_NOT_FOUND',
    problem: 'is no export of its module',
    hint: `Look at ${graph.file}.`,
  });
}

async function assertSigned(
  plugin: StagedPlugin,
  graph: PluginGraph,
  verify: HostGraphOptions['verify'],
): Promise<void> {
  const hint = 'Trust its author’s key, or run it in the sandbox with createGraphNode.';
  const problem = 'has no verified signature';
  let keyId: unknown;
  try {
    keyId = await verify(plugin);
  } catch (cause) {
    throw fault(graph, { code: 'GRAPH_UNTRUSTED', problem, hint, cause });
  }
  if (typeof keyId !== 'string' || keyId === '') throw fault(graph, { code: 'GRAPH_UNTRUSTED', problem, hint });
}

interface Fault {
  readonly code: string;
  readonly problem: string;
  readonly hint: string;
  readonly cause?: unknown;
}

function fault({ id }: PluginGraph, { code, problem, hint, cause }: Fault): MarketplaceError {
  return new MarketplaceError(`The graph ${printable(id)} ${problem}`, { code, hint: printable(hint), cause });
}
