import type { StagedPlugin } from '@agentmesh/shape';

const PLACE = /^(?:agents\/[^/]+\.md|subagents\/[^/]+\.(?:md|ya?ml|json))$/;
const FOLDERS = new Set(['agents', 'subagents']);

/** Paths of the files that are to be sub-agents: immediate children only, as Claude's plugins have them. */
export function findSubagents({ files }: StagedPlugin): readonly string[] {
  return files.map(({ path }) => path).filter((path) => PLACE.test(path));
}

/** What lies at such a place and is no file of the plugin, with the reason. */
export function findRefused({ refused = [] }: StagedPlugin): NonNullable<StagedPlugin['refused']> {
  return refused.filter(({ path }) => PLACE.test(path) || FOLDERS.has(path));
}
