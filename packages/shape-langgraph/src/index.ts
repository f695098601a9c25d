export type { ExecutePlugin, GraphNode, GraphNodeOptions, PluginCall } from './create-graph-node.js';
export { createGraphNode } from './create-graph-node.js';
export { createShape } from './create-shape.js';
export { GRAPH_LIMITS } from './graph-limits.js';
export type { HostGraphOptions } from './load-graph-in-host.js';
export { loadGraphInHost } from './load-graph-in-host.js';
export type { PluginGraph, PluginGraphs } from './read-graphs.js';
export { readGraphs } from './read-graphs.js';
