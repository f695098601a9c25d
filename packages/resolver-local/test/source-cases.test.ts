import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSource, SourceRegistry } from '@agentmesh/resolver';
import { createResolver } from '@agentmesh/resolver-local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePlugins, type PluginsFolder } from './make-plugins.js';

interface SourceCase {
  readonly id: string;
  readonly scheme: string;
  readonly spec: string;
  readonly valid: boolean;
  readonly why: string;
  readonly name?: string;
  readonly input?: string;
  readonly stage?: string;
}

const FILE = new URL('./fixtures/source-specs.json', import.meta.url);
const ALL: readonly SourceCase[] = JSON.parse(readFileSync(FILE, 'utf8'));
const CASES = ALL.filter((each) => each.scheme === 'local');

/** Legal by the grammar, refused all the same: the rule that the vectors leave to a portable installer. */
const NOT_PORTABLE: Readonly<Record<string, string>> = {
  'local-013': 'a name is a Windows device',
  'local-014': 'a name ends with a dot or a blank',
};

const isFetched = (each: SourceCase) => each.valid && NOT_PORTABLE[each.id] === undefined;
const sourceOf = (each: SourceCase) =>
  each.input === undefined ? { scheme: 'local', spec: each.spec } : parseSource(each.input);

let folder: PluginsFolder;
let registry: SourceRegistry;

beforeAll(async () => {
  const names = CASES.filter(isFetched).map((each) => each.name ?? '');
  // Names that Linux stores and the resolver refuses are there as well, so that a refusal is no mere absence.
  const all = [...names, 'con', 'a.', '-lead', '.hidden', 'a..b', '..foo', 'My-Plugin', '~root', '$HOME', 'foo\\bar'];
  folder = await makePlugins(Object.fromEntries([...new Set(all)].map((name) => [name, { 'index.js': name }])));
  registry = new SourceRegistry().register(createResolver({ root: folder.root }));
});
afterAll(() => folder.remove());

describe('local sources of the shared vectors', () => {
  it('are all here', () => {
    expect(CASES).toHaveLength(44);
    expect(CASES.map((each) => each.id)).toEqual(expect.arrayContaining(Object.keys(NOT_PORTABLE)));
  });

  it.each(CASES.filter(isFetched))('$id is fetched: $why', async (each) => {
    const target = join(folder.targets, each.id);
    const fetched = await registry.fetch(sourceOf(each), target);
    expect(fetched).toMatchObject({
      name: each.name?.replaceAll('.', '-'),
      resolved: `local://${each.name}`,
      source: { scheme: 'local' },
    });
    expect(fetched.revision).toBeUndefined();
    expect(readFileSync(join(target, 'index.js'), 'utf8')).toBe(each.name);
  });

  it.each(CASES.filter((each) => !isFetched(each)))('$id is refused: $why', async (each) => {
    const target = join(folder.targets, each.id);
    await expect(registry.fetch(sourceOf(each), target)).rejects.toMatchObject({
      code: 'SOURCE_SYNTAX',
      message: expect.stringContaining(NOT_PORTABLE[each.id] ?? ''),
      hint: expect.stringMatching(/^(A name is 1–128|Rename the folder)/),
    });
    expect(await readdir(folder.targets)).not.toContain(each.id);
  });
});
