import { join } from 'node:path';
import { type Finding, printable } from '@agentmesh/errors';
import { findPluginFile, type RegistrationStep, type StagedPlugin } from '@agentmesh/shape';

/** Most things of one kind that an adapter may bring, and characters of its texts. */
const MOST = 100;
const MOST_TEXT = 65_536;

/** Where an answer comes from. */
export interface AnswerPlace {
  readonly plugin: StagedPlugin;
  readonly file: string;
}

/** What an answer comes to. */
export interface ReadAnswer {
  readonly steps: readonly RegistrationStep[];
  readonly findings: readonly Finding[];
}

/**
 * Reads what a plugin's adapter answered, which anybody may have written: `skills` (`name`, `folder` in the plugin), `memory` (`from`, a file of the plugin,
 * and `text`), `subagents` (`name`, `description`, `prompt`). It may only name files of the plugin; whether a name can be used, the context decides. A bad
 * entry costs itself.
 */
export async function readAnswer(answer: unknown, { plugin, file }: AnswerPlace): Promise<ReadAnswer> {
  const { z } = await import('zod');
  const text = z.string().max(MOST_TEXT);
  const word = z.string().min(1).max(200);
  const folder = word.refine(
    (path) => findPluginFile(plugin, `${path}/SKILL.md`) !== undefined,
    'has no SKILL.md in the plugin',
  );
  const source = word.refine((path) => findPluginFile(plugin, path) !== undefined, 'is no file of the plugin');
  const kinds = {
    skills: z.strictObject({ name: word, folder }).transform(
      (skill): RegistrationStep['register'] =>
        (context) =>
          context.registerSkill({ name: skill.name, folder: join(plugin.root, skill.folder) }),
    ),
    memory: z.strictObject({ from: source, text }).transform(
      (block): RegistrationStep['register'] =>
        (context) =>
          context.appendMemory(block),
    ),
    subagents: z.strictObject({ name: word, description: text, prompt: text }).transform(
      (agent): RegistrationStep['register'] =>
        (context) =>
          context.registerSubagent(agent),
    ),
  };
  const findings: Finding[] = [];
  const refuse = (message: string): void => {
    findings.push({ code: 'adapter-answer-invalid', severity: 'error', path: file, message });
  };
  const lists = z.strictObject({
    skills: z.array(z.unknown()).max(MOST).default([]),
    memory: z.array(z.unknown()).max(MOST).default([]),
    subagents: z.array(z.unknown()).max(MOST).default([]),
  });
  const parsed = lists.safeParse(answer);
  if (!parsed.success) {
    refuse(`expected lists skills, memory and subagents of at most ${MOST}, got something else`);
    return { steps: [], findings };
  }
  const steps: RegistrationStep[] = [];
  for (const kind of ['skills', 'memory', 'subagents'] as const) {
    for (const [index, entry] of parsed.data[kind].entries()) {
      const read = kinds[kind].safeParse(entry);
      if (read.success) steps.push({ path: file, register: read.data });
      else
        refuse(
          `${kind}[${index}]: ${printable(read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; '), 300)}`,
        );
    }
  }
  return { steps, findings };
}
