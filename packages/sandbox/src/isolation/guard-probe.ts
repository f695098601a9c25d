import { ALL_BLOCKED_MODULES, ALLOWED_NODE_MODULES } from '@agentmesh/manifest';
import type { PreparedPlugin } from '../engines/engine.js';

/** A plugin that answers with the ways it found to what it may not have; an empty list is what it should find. */
const SOURCE = `
export async function run({ modules, globals, members }) {
  const reached = [];
  for (const name of modules) {
    try { await import(name); reached.push(name); } catch {}
  }
  for (const name of globals) if (globalThis[name] !== undefined) reached.push(name);
  for (const name of members) {
    try { process[name]('fs'); reached.push('process.' + name); } catch {}
  }
  if (Object.keys(process.env).length > 0) reached.push('process.env');
  return reached;
}`;

/** That plugin, ready for the node engine. */
export const GUARD_PROBE: PreparedPlugin = {
  entry: 'probe.mjs',
  files: [{ path: 'probe.mjs', text: SOURCE, format: 'module' }],
  builtins: ALLOWED_NODE_MODULES,
};

/** What its function `run` is to try. */
export const GUARD_PROBE_INPUT: Readonly<Record<string, readonly string[]>> = {
  modules: [...ALL_BLOCKED_MODULES, 'file:///etc/passwd', 'data:text/javascript,1'],
  globals: ['fetch', 'WebSocket', 'EventSource', 'require', 'module'],
  members: ['getBuiltinModule', 'binding', '_linkedBinding', 'dlopen', 'kill'],
};
