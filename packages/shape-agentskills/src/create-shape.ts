import { registerEach, type ShapeAdapter, takeBack } from '@agentmesh/shape';
import { hasSkills } from './find-skills.js';
import { hasRules, readRules } from './read-rules.js';
import { readSkills } from './read-skills.js';

const SHAPE = 'agentskills';

/**
 * The shape `agentskills`: every skill of the plugin becomes a skill of the client, every rule a block of its memory file.
 * Nothing of a skill is run.
 */
export function createShape(): ShapeAdapter {
  return {
    shape: SHAPE,
    async detect(plugin) {
      return hasSkills(plugin) || hasRules(plugin);
    },
    async check(plugin) {
      const { findings } = await readSkills(plugin);
      return [...findings, ...(await readRules(plugin)).findings];
    },
    async activate(plugin, context) {
      const { skills, findings } = await readSkills(plugin);
      const { rules, findings: ofRules } = await readRules(plugin);
      const steps = [
        ...skills.map(({ name, folder, file }) => {
          return { path: file, register: () => context.registerSkill({ name, folder }) };
        }),
        ...rules.map((rule) => ({ path: rule.from, register: () => context.appendMemory(rule) })),
      ];
      return registerEach({ shape: SHAPE, plugin, context, steps, findings: [...findings, ...ofRules] });
    },
    deactivate: takeBack,
  };
}
