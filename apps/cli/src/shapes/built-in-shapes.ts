import type { BuiltInShape } from './built-in-shape.js';

/** The shapes of this program. Each package is loaded when plugins are looked at. */
export const BUILT_IN_SHAPES: readonly BuiltInShape[] = [
  {
    shape: 'agentskills',
    package: '@agentmesh/shape-agentskills',
    activates: true,
    load: async () => (await import('@agentmesh/shape-agentskills')).createShape(),
  },
  {
    shape: 'mcp',
    package: '@agentmesh/shape-mcp',
    activates: true,
    load: async ({ launcher }) => (await import('@agentmesh/shape-mcp')).createShape({ launcher }),
  },
  {
    shape: 'deepagents',
    package: '@agentmesh/shape-deepagents',
    activates: true,
    load: async () => (await import('@agentmesh/shape-deepagents')).createShape(),
  },
  {
    shape: 'langgraph',
    package: '@agentmesh/shape-langgraph',
    activates: false,
    load: async () => (await import('@agentmesh/shape-langgraph')).createShape(),
  },
  {
    shape: 'function',
    package: '@agentmesh/shape-function',
    activates: false,
    load: async () => (await import('@agentmesh/shape-function')).createShape(),
  },
];
