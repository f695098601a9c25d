import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createShape, readSkills } from '@agentmesh/shape-agentskills';
import { describe, expect, it } from 'vitest';
import { stageFiles } from './stage.js';

interface Case {
  readonly id: string;
  readonly why: string;
  readonly files: Readonly<Record<string, string>>;
  readonly valid: boolean;
  readonly errors?: readonly string[];
  readonly acceptErrors?: readonly (readonly string[])[];
  readonly expect?: Readonly<Record<string, unknown>>;
  readonly disputed?: true;
}

const CASES: readonly Case[] = JSON.parse(
  await readFile(join(import.meta.dirname, 'fixtures', 'agentskills.json'), 'utf8'),
);

/** Our answers where the authorities do not agree, as the README publishes them. */
const DISPUTED: Readonly<Record<string, readonly string[]>> = {
  'dis-001': ['skill-md-missing'],
  'dis-003': ['metadata-type'],
  'dis-004': ['metadata-type'],
  'dis-006': [],
  'dis-007': ['yaml-invalid'],
  'dis-009': [],
  'dis-010': [],
  'dis-012': ['yaml-invalid'],
};

async function checkCase({ files }: Case): Promise<{ errors: string[]; skills: readonly object[] }> {
  const plugin = await stageFiles(
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`skills/${path}`, text])),
  );
  const findings = await createShape().check(plugin);
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
  return { errors: [...new Set(errors)].sort(), skills: (await readSkills(plugin)).skills };
}

describe('the shared skill folders', () => {
  it('are all 73', () => expect(CASES).toHaveLength(73));

  it.each(CASES.map((one) => ({ ...one, title: `${one.id}: ${one.why}` })))('$title', async (one) => {
    const { errors, skills } = await checkCase(one);
    if (one.valid) expect(errors).toEqual([]);
    else expect((one.acceptErrors ?? [one.errors ?? []]).map((codes) => codes.toSorted())).toContainEqual(errors);
    if (one.valid) expect(skills).toEqual([expect.objectContaining(one.expect ?? {})]);
  });
});

describe('the disputed ones among them', () => {
  it('are those that the README lists, no more and no less', async () => {
    const disputed = CASES.filter((one) => one.disputed === true).map(({ id }) => id);
    expect(disputed).toEqual(Object.keys(DISPUTED));
    const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8');
    for (const id of disputed) expect(readme).toContain(`| ${id} |`);
  });

  it.each(Object.entries(DISPUTED))('%s gets our published answer', async (id, codes) => {
    const one = CASES.find((candidate) => candidate.id === id);
    expect((await checkCase(one as Case)).errors).toEqual(codes);
  });
});
