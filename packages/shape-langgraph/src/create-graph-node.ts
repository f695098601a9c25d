import { MarketplaceError, printable } from '@agentmesh/errors';
import type { PluginGraph } from './read-graphs.js';

/** One call of a plugin, as `PluginSandbox.execute` takes it. */
export interface PluginCall {
  readonly plugin: string;
  readonly entry: string;
  readonly function: string;
  readonly input: unknown;
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a function of a plugin, contained: `(call) => sandbox.execute(call)`. */
export type ExecutePlugin = (
  call: PluginCall,
) => Promise<
  | { readonly result: unknown; readonly error?: undefined }
  | { readonly error: { readonly type: string; readonly message: string } }
>;

/** What {@link createGraphNode} makes a node of. */
export interface GraphNodeOptions {
  /** Name of the installed plugin. */
  readonly plugin: string;
  readonly graph: PluginGraph;
  readonly execute: ExecutePlugin;
  /** Longest a call may take, in milliseconds; left out, what the sandbox says. */
  readonly timeoutMs?: number;
}

/** A node for `addNode` of a graph of `@langchain/langgraph`. */
export type GraphNode = (
  state: unknown,
  config?: { readonly signal?: AbortSignal | undefined },
) => Promise<Record<string, unknown>>;

/**
 * Makes a node that runs a plugin's graph in the sandbox: the state goes in as JSON, and what the graph ends with comes out as JSON and updates the
 * state of the parent. What a state holds that is no plain JSON, such as messages, is for the parent to turn into it. Nothing of the plugin is loaded here.
 *
 * @returns a node that rejects with `GRAPH_FAILED` for what the plugin threw, with `GRAPH_OUTPUT_INVALID` for what is no object, and with what
 * `execute` throws; the run's signal ends the call
 */
export function createGraphNode({ plugin, graph, execute, timeoutMs }: GraphNodeOptions): GraphNode {
  const what = `The graph ${graph.id} of ${printable(plugin, 128)}`;
  return async (state, config) => {
    const call = { plugin, entry: graph.file, function: graph.export, input: state, signal: config?.signal, timeoutMs };
    const outcome = await execute(call);
    if (outcome.error !== undefined) {
      const { type, message } = outcome.error;
      throw new MarketplaceError(`${what} failed: ${printable(type, 80)}: ${printable(message, 500)}`, {
        code: 'GRAPH_FAILED',
        hint: 'The plugin has to answer for it; plugin run calls it by itself.',
      });
    }
    const { result } = outcome;
    if (typeof result === 'object' && result !== null && !Array.isArray(result)) return { ...result };
    throw new MarketplaceError(`${what} answered with something else than a state`, {
      code: 'GRAPH_OUTPUT_INVALID',
      hint: 'A graph ends with an object, of which each field updates the state of its parent.',
    });
  };
}
