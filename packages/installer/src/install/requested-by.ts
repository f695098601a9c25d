import type { ReadProject } from '../project/read-project.js';
import type { PluginChange } from './change-plugins.js';

/** Whether a plugin counts as asked for: now, by `agentmesh.yaml`, or else by what was known before. */
export function requestedBy(
  project: ReadProject | undefined,
  names: ReadonlySet<string> = new Set(),
): PluginChange['isRequested'] {
  const plugins = project?.file.plugins;
  return (name, before) =>
    names.has(name) || plugins?.has(name) === true || (plugins === undefined && before?.requested === true);
}
