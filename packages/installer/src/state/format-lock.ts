import type { Lock } from './locked-plugin.js';

/** Writes `agentmesh.lock`: two-space JSON, keys sorted, no times; the same plugins give the same bytes. */
export function formatLock(plugins: Lock): string {
  const names = [...plugins.keys()].sort();
  const sorted = Object.fromEntries(names.map((name) => [name, sortKeys(plugins.get(name) ?? {})]));
  return `${JSON.stringify({ lockfile_version: 1, plugins: sorted }, null, 2)}\n`;
}

function sortKeys(value: object): object {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
