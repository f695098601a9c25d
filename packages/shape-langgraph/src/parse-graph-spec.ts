import { findPluginFile, type StagedPlugin } from '@agentmesh/shape';

/** Where a graph is. */
export interface GraphPlace {
  /** Path of the module in the plugin. */
  readonly file: string;
  /** Name of its export. */
  readonly export: string;
}

const SPEC = /^\.\/([^:]+\.(?:[cm]?js|[cm]?ts|py)):([A-Za-z_$][\w$]{0,99})$/;

/** Reads `./file:export`; says why it cannot be used. Only a listed file of the plugin is one, so that `..` and links lead nowhere. */
export function parseGraphSpec(
  plugin: StagedPlugin,
  spec: string,
): GraphPlace | 'graph-file-missing' | 'graph-spec-invalid' {
  const [, file, name] = SPEC.exec(spec) ?? [];
  if (file === undefined || name === undefined) return 'graph-spec-invalid';
  return findPluginFile(plugin, file) === undefined ? 'graph-file-missing' : { file, export: name };
}
