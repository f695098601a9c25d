import { join } from 'node:path';
import { PluginType } from '@agentmesh/manifest';
import { createMemoryStore, PluginRegistry, type RegistryOptions, type RegistryStore } from '@agentmesh/registry';
import { describe, expect, it } from 'vitest';
import { manifestOf } from './manifests.js';
import { temporaryFolder } from './temporary-folder.js';

type Open = (options?: Omit<RegistryOptions, 'store'>) => Promise<PluginRegistry>;

const kinds: [string, Open][] = [
  ['in memory', async (options) => new PluginRegistry(options)],
  [
    'in a file',
    async (options) => {
      const registry = await PluginRegistry.open({
        storagePath: join(await temporaryFolder(), 'registry.json'),
        ...options,
      });
      return registry;
    },
  ],
];

function bound(store: RegistryStore): RegistryStore {
  return {
    change: (name, work) => store.change(name, work),
    versions: (name) => store.versions(name),
    owners: (name) => store.owners(name),
    search: (query) => store.search(query),
  };
}

function namesOf(manifests: readonly { name: string }[]): string[] {
  return manifests.map((manifest) => manifest.name);
}

describe('a registry over a store that gives small pages', () => {
  it('answers all of them joined', async () => {
    const store = createMemoryStore();
    const search: RegistryStore['search'] = (query) => store.search({ ...query, limit: 2 });
    const registry = new PluginRegistry({
      store: { ...bound(store), search },
      now: () => new Date(0),
    });
    for (const name of ['a', 'b', 'c', 'd', 'e']) await registry.register(manifestOf({ name }));
    expect(namesOf(await registry.listPlugins())).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(namesOf(await registry.search('words'))).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});

describe.each(kinds)('a registry %s', (_, open) => {
  it('answers what was registered', async () => {
    const registry = await open({ now: () => new Date('2026-01-02T03:04:05.678Z') });
    const entry = await registry.register(manifestOf());
    expect(entry).toEqual({
      manifest: manifestOf(),
      publishedAt: '2026-01-02T03:04:05.678Z',
      status: { state: 'active' },
    });
    expect(await registry.getEntry('word-counter')).toEqual(entry);
    expect(await registry.getPlugin('word-counter', '1.0.0')).toEqual(manifestOf());
    expect(await registry.versions('word-counter')).toEqual([entry]);
  });

  it('refuses a version that is there, also the identical one', async () => {
    const registry = await open();
    await registry.register(manifestOf());
    await expect(registry.register(manifestOf())).rejects.toMatchObject({ code: 'ALREADY_REGISTERED' });
    await expect(registry.register(manifestOf({ description: 'another' }))).rejects.toMatchObject({
      code: 'ALREADY_REGISTERED',
    });
    expect((await registry.getPlugin('word-counter')).description).toBe('Counts words');
  });

  it('refuses 1.0 beside 1.0.0', async () => {
    const registry = await open();
    await registry.register(manifestOf({ version: '1.0.0' }));
    await expect(registry.register(manifestOf({ version: '1.0' }))).rejects.toMatchObject({
      code: 'ALREADY_REGISTERED',
      message: expect.stringContaining('1.0.0'),
    });
    expect((await registry.register(manifestOf({ version: '2.0' }))).manifest.version).toBe('2.0');
  });

  it('refuses a name that looks like a listed one, and names that', async () => {
    const registry = await open();
    await registry.register(manifestOf({ name: 'word-counter' }));
    for (const name of ['word_counter', 'Word-Counter', 'WORD_COUNTER']) {
      await expect(registry.register(manifestOf({ name }))).rejects.toMatchObject({
        code: 'NAME_TOO_SIMILAR',
        message: expect.stringContaining('word-counter'),
      });
    }
    await registry.unregister('word-counter');
    expect((await registry.register(manifestOf({ name: 'word_counter' }))).manifest.name).toBe('word_counter');
  });

  it.each([
    ['a name beyond ASCII', { name: '插件' }],
    ['a device name of Windows', { name: 'con' }],
    ['a leading zero', { version: '01.2.3' }],
    ['a dependency that nobody understands', { dependencies: ['base @ latest'] }],
  ])('refuses to list %s', async (_what, fields) => {
    const registry = await open();
    await expect(registry.register(manifestOf(fields))).rejects.toMatchObject({
      code: 'MANIFEST_INVALID',
      findings: [expect.objectContaining({ severity: 'error' })],
    });
  });

  it('refuses an object that is no manifest, whatever its type says', async () => {
    const registry = await open();
    const forged = { ...manifestOf(), _registry: { status: { state: 'yanked' } } };
    await expect(registry.register(forged)).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
    expect(await registry.listPlugins()).toEqual([]);
  });

  it('says PLUGIN_NOT_FOUND, and what was probably meant', async () => {
    const registry = await open();
    await registry.register(manifestOf());
    await expect(registry.getPlugin('word-conuter')).rejects.toMatchObject({
      code: 'PLUGIN_NOT_FOUND',
      hint: 'Did you mean word-counter?',
    });
    for (const work of [
      () => registry.getEntry('nothing-like-it'),
      () => registry.unregister('nothing-like-it'),
      () => registry.deprecate('nothing-like-it', '1.0.0', { reason: '' }),
      () => registry.claim('nothing-like-it', ''),
      () => registry.addOwner('nothing-like-it', '', new Uint8Array(64)),
    ]) {
      await expect(work()).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
    }
    expect(await registry.versions('nothing-like-it')).toEqual([]);
    expect(await registry.owners('nothing-like-it')).toEqual([]);
  });

  it('says VERSION_NOT_FOUND, and which versions there are', async () => {
    const registry = await open();
    await registry.register(manifestOf());
    for (const work of [
      () => registry.getPlugin('word-counter', '1.0'),
      () => registry.unregister('word-counter', '9.9.9'),
      () => registry.yank('word-counter', '9.9.9', { reason: '' }),
    ]) {
      await expect(work()).rejects.toMatchObject({
        code: 'VERSION_NOT_FOUND',
        hint: expect.stringContaining('1.0.0'),
      });
    }
  });

  it('takes as latest the highest number, not what came last', async () => {
    const registry = await open();
    for (const version of ['1.9.0', '1.10.0', '1.2.0']) await registry.register(manifestOf({ version }));
    expect((await registry.getPlugin('word-counter')).version).toBe('1.10.0');
  });

  it('prefers active versions to deprecated ones, and never chooses a yanked one', async () => {
    const registry = await open();
    for (const version of ['1.0.0', '2.0.0', '3.0.0']) await registry.register(manifestOf({ version }));
    await registry.yank('word-counter', '3.0.0', { reason: 'loses words' });
    expect((await registry.getPlugin('word-counter')).version).toBe('2.0.0');
    await registry.deprecate('word-counter', '2.0.0', { reason: 'slow', successor: 'token-counter' });
    expect((await registry.getPlugin('word-counter')).version).toBe('1.0.0');
    await registry.yank('word-counter', '1.0.0', { reason: 'old' });
    expect(await registry.getEntry('word-counter')).toMatchObject({
      manifest: { version: '2.0.0' },
      status: { state: 'deprecated', reason: 'slow', successor: 'token-counter' },
    });
    expect((await registry.search('word')).map((manifest) => manifest.version)).toEqual(['2.0.0']);
    await registry.yank('word-counter', '2.0.0', { reason: 'gone' });
    await expect(registry.getPlugin('word-counter')).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' });
    expect(await registry.search('')).toEqual([]);
    expect(await registry.listForOrganization('contoso')).toEqual([]);
    expect((await registry.getEntry('word-counter', '3.0.0')).status).toEqual({
      state: 'yanked',
      reason: 'loses words',
    });
    await registry.restore('word-counter', '3.0.0');
    expect((await registry.getEntry('word-counter')).status).toEqual({ state: 'active' });
  });

  it('keeps all else of an entry whose status changes', async () => {
    const registry = await open();
    const before = await registry.register(manifestOf());
    await registry.deprecate('word-counter', '1.0.0', { reason: 'slow' });
    await registry.restore('word-counter', '1.0.0');
    const updatedAt = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(await registry.getEntry('word-counter')).toEqual({ ...before, updatedAt });
  });

  it('refuses a successor that is no name', async () => {
    const registry = await open();
    await registry.register(manifestOf());
    const deprecation = { reason: 'old', successor: '../evil' };
    await expect(registry.deprecate('word-counter', '1.0.0', deprecation)).rejects.toMatchObject({
      code: 'NAME_INVALID',
    });
  });

  it('ranks exact name, name prefix, name, description; then the newest; then the first', async () => {
    let minute = 0;
    const registry = await open({ now: () => new Date(Date.UTC(2026, 0, 1, 0, minute)) });
    const fields = [
      { name: 'other', description: 'has a LENGTH' },
      { name: 'response-length' },
      { name: 'lengths' },
      { name: 'Length' },
      { name: 'lengthen' },
      { name: 'length-check' },
    ];
    const minutes = [1, 1, 1, 1, 3, 1];
    for (const [index, field] of fields.entries()) {
      minute = minutes[index] ?? 0;
      await registry.register(manifestOf(field));
    }
    expect(namesOf(await registry.search('lengTH'))).toEqual([
      'Length',
      'lengthen',
      'lengths',
      'length-check',
      'response-length',
      'other',
    ]);
    expect(namesOf(await registry.search('nothing of the kind'))).toEqual([]);
  });

  it('lists by the type of the latest version', async () => {
    const registry = await open();
    await registry.register(manifestOf({ name: 'a', version: '1.0.0', plugin_type: PluginType.agent }));
    await registry.register(manifestOf({ name: 'a', version: '2.0.0', plugin_type: PluginType.validator }));
    expect(await registry.listPlugins({ type: PluginType.agent })).toEqual([]);
    expect(namesOf(await registry.listPlugins({ type: PluginType.validator }))).toEqual(['a']);
  });

  it('gives pages that join to the whole, while the registry changes', async () => {
    const registry = await open({ now: () => new Date('2026-01-01T00:00:00Z') });
    for (let index = 0; index < 7; index += 1) await registry.register(manifestOf({ name: `p${index}` }));
    for (const text of ['', 'words']) {
      const first = await registry.searchPage({ text, limit: 3 });
      const second = await registry.searchPage({ text, limit: 3, cursor: first.cursor ?? '' });
      await registry.register(manifestOf({ name: `later${text.length}` }));
      const third = await registry.searchPage({ text, limit: 30, cursor: second.cursor ?? '' });
      await registry.unregister(`later${text.length}`);
      const pages = [...first.items, ...second.items, ...third.items].map((entry) => entry.manifest.name);
      expect(pages).toEqual(['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', `later${text.length}`]);
      expect(third.cursor).toBeUndefined();
    }
  });

  it.each([
    '',
    'x',
    'bm90IGpzb24',
    Buffer.from('[1,2,3]').toString('base64url'),
    Buffer.from('{}').toString('base64url'),
  ])('refuses the cursor "%s"', async (cursor) => {
    const registry = await open();
    await expect(registry.searchPage({ cursor })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
  });

  it('shows an organization the versions of its own and of nobody', async () => {
    const registry = await open();
    await registry.register(manifestOf({ version: '1.0.0' }));
    await registry.register(manifestOf({ version: '2.0.0', organization: 'contoso' }));
    await registry.register(manifestOf({ version: '3.0.0', organization: 'fabrikam' }));
    expect((await registry.listForOrganization('contoso')).map((manifest) => manifest.version)).toEqual([
      '1.0.0',
      '2.0.0',
    ]);
    const { items } = await registry.searchPage({ organization: 'contoso' });
    expect(items.map((entry) => entry.manifest.version)).toEqual(['2.0.0']);
  });

  it('removes one version, or all of a name', async () => {
    const registry = await open();
    for (const version of ['1.0.0', '2.0.0', '3.0.0']) await registry.register(manifestOf({ version }));
    expect((await registry.unregister('word-counter', '2.0.0')).map((entry) => entry.manifest.version)).toEqual([
      '2.0.0',
    ]);
    expect((await registry.versions('word-counter')).map((entry) => entry.manifest.version)).toEqual([
      '1.0.0',
      '3.0.0',
    ]);
    expect(await registry.unregister('word-counter')).toHaveLength(2);
    await expect(registry.getPlugin('word-counter')).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
  });

  it('takes calls that come all at once', async () => {
    const registry = await open();
    const versions = Array.from({ length: 30 }, (_unused, index) => `1.0.${index}`);
    await Promise.all(versions.map((version) => registry.register(manifestOf({ version }))));
    expect((await registry.versions('word-counter')).map((entry) => entry.manifest.version)).toEqual(versions);
    const twice = await Promise.allSettled([1, 2].map(() => registry.register(manifestOf({ version: '2.0.0' }))));
    expect(twice.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it.each(['constructor', 'toString', 'hasOwnProperty'])('is not confused by a plugin named %s', async (name) => {
    const registry = await open();
    await expect(registry.getPlugin(name)).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
    await registry.register(manifestOf({ name }));
    expect((await registry.getPlugin(name)).name).toBe(name);
  });

  it('closes', async () => {
    const registry = await open();
    await expect(registry.close()).resolves.toBeUndefined();
  });
});
