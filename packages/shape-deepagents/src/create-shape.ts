import { registerEach, type ShapeAdapter, takeBack } from '@agentmesh/shape';
import { findRefused, findSubagents } from './find-subagents.js';
import { readSubagents } from './read-subagents.js';

const SHAPE = 'deepagents';

/** The shape `deepagents`: every sub-agent of the plugin becomes one of the client, such as a file of Claude's `.claude/agents`. Nothing of it is run. */
export function createShape(): ShapeAdapter {
  return {
    shape: SHAPE,
    async detect(plugin) {
      return findSubagents(plugin).length > 0 || findRefused(plugin).length > 0;
    },
    async check(plugin) {
      return (await readSubagents(plugin)).findings;
    },
    async activate(plugin, context) {
      const { subagents, findings } = await readSubagents(plugin);
      const steps = subagents.map(({ file, name, description, systemPrompt, tools, model }) => {
        const agent = {
          name,
          description,
          prompt: systemPrompt,
          ...(tools === undefined ? {} : { tools }),
          ...(model === undefined ? {} : { model }),
        };
        return { path: file, register: () => context.registerSubagent(agent) };
      });
      return registerEach({ shape: SHAPE, plugin, context, steps, findings });
    },
    deactivate: takeBack,
  };
}
