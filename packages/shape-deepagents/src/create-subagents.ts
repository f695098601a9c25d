import { join } from 'node:path';
import { type Finding, printable } from '@agentmesh/errors';
import type { StagedPlugin } from '@agentmesh/shape';
import type { PluginSubagent } from './read-subagents.js';

/** A sub-agent as `createDeepAgent({ subagents })` of the npm package `deepagents` takes it. */
export interface DeepSubagent<Tool> {
  readonly name: string;
  readonly description: string;
  readonly systemPrompt: string;
  /** Absent: the tools of its parent. */
  readonly tools?: Tool[];
  readonly model?: string;
  /** Absolute paths of folders with skills. */
  readonly skills?: string[];
}

/** What {@link createSubagents} may use. */
export interface CreateSubagentsOptions<Tool> {
  /** The tools that there are, by name. A plugin names tools; it never brings any. */
  readonly tools?: ReadonlyMap<string, Tool>;
  /** What the host runs for the model that a plugin names; undefined for its own default. Left out, no plugin chooses a model. */
  readonly modelFor?: (name: string) => string | undefined;
}

/** What {@link createSubagents} answers. */
export interface CreatedSubagents<Tool> {
  readonly subagents: DeepSubagent<Tool>[];
  /** Tools and skills that are not there: each costs itself. */
  readonly findings: readonly Finding[];
}

/** Makes the sub-agents of a plugin ready for `createDeepAgent({ subagents })`. One that names tools has no others than those of them that there are. */
export function createSubagents<Tool>(
  plugin: StagedPlugin,
  subagents: readonly PluginSubagent[],
  { tools = new Map(), modelFor = () => undefined }: CreateSubagentsOptions<Tool> = {},
): CreatedSubagents<Tool> {
  const findings: Finding[] = [];
  const warn = (code: string, path: string, message: string): void => {
    findings.push({ code, severity: 'warning', path, message });
  };
  const made = subagents.map(({ file, name, description, systemPrompt, model, ...lists }): DeepSubagent<Tool> => {
    const known = lists.tools?.flatMap((tool) => {
      const found = tools.get(tool);
      if (found === undefined) warn('tool-unknown', file, `there is no tool "${printable(tool, 80)}" here`);
      return found === undefined ? [] : [found];
    });
    const folders = lists.skills?.flatMap((folder) => {
      const path = folderOf(plugin, folder);
      if (path === undefined) warn('skills-missing', file, `the plugin has no folder "${printable(folder, 80)}"`);
      return path === undefined ? [] : [path];
    });
    const chosen = model === undefined ? undefined : modelFor(model);
    return {
      name,
      description,
      systemPrompt,
      ...(known === undefined ? {} : { tools: known }),
      ...(chosen === undefined ? {} : { model: chosen }),
      ...(folders === undefined ? {} : { skills: folders }),
    };
  });
  return { subagents: made, findings };
}

/** Only a folder that files of the plugin lie in: what it names may be any text. */
function folderOf({ files, root }: StagedPlugin, named: string): string | undefined {
  const folder = named.replace(/^\.\//, '').replace(/\/+$/, '');
  return folder !== '' && files.some(({ path }) => path.startsWith(`${folder}/`)) ? join(root, folder) : undefined;
}
