import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createShape } from '@agentmesh/shape-agentskills';
import { stagePlugin, writePluginFiles } from '@agentmesh/testkit';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';

const SKILLS = 1_000;

const folder = await mkdtemp(join(tmpdir(), 'agentskills-bench-'));
const texts = new Map(Array.from({ length: SKILLS }, (_, index) => [`skill-${index}`, frontmatterOf(index)]));
await writePluginFiles(
  folder,
  Object.fromEntries([...texts].map(([name, text]) => [`skills/${name}/SKILL.md`, `---\n${text}---\n${bodyOf(name)}`])),
);
const plugin = await stagePlugin(folder);

afterAll(() => rm(folder, { recursive: true, force: true }));

test('check 1,000 skills (promised: at most 1.0 s)', async ({ bench }) => {
  expect(await createShape().check(plugin)).toEqual([]);
  await bench.compare(
    bench('check', async () => void (await createShape().check(plugin))),
    bench('reference: the YAML library parses the same frontmatters, already in memory', () => {
      for (const text of texts.values()) parse(text);
    }),
  );
}, 120_000);

function frontmatterOf(index: number): string {
  return [
    `name: skill-${index}`,
    `description: Turns the notes of meeting ${index} into a list of tasks. Use it after a call.`,
    'license: MIT',
    'compatibility: Needs git and access to the internet',
    `metadata:\n  author: docs\n  version: "1.${index}"`,
    'allowed-tools: Read Grep\n',
  ].join('\n');
}

function bodyOf(name: string): string {
  return `# ${name}\n\n${'Read the notes, and write one line for each task.\n'.repeat(40)}`;
}
