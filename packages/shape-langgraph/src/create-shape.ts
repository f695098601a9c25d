import { registerEach, type ShapeAdapter, takeBack } from '@agentmesh/shape';
import { hasGraphs, readGraphs } from './read-graphs.js';

const SHAPE = 'langgraph';

/** The shape `langgraph`: every graph of the plugin's `langgraph.json` is registered by its id. Nothing of it is loaded or run. */
export function createShape(): ShapeAdapter {
  return {
    shape: SHAPE,
    detect: async (plugin) => hasGraphs(plugin),
    check: async (plugin) => (await readGraphs(plugin)).findings,
    async activate(plugin, context) {
      const { graphs, findings } = await readGraphs(plugin);
      const steps = graphs.map(({ id, file, export: name }) => {
        const graph = { name: id, value: { plugin: plugin.name, version: plugin.version, file, export: name } };
        return { path: file, register: () => context.registerGraph(graph) };
      });
      return registerEach({ shape: SHAPE, plugin, context, steps, findings });
    },
    deactivate: takeBack,
  };
}
