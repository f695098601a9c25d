import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openFileStore, PluginRegistry, registryPlaces } from '@agentmesh/registry';
import { PluginSigner, publicKeyPem } from '@agentmesh/signing';
import { describe, expect, it } from 'vitest';
import { manifestOf } from './manifests.js';
import { temporaryFolder } from './temporary-folder.js';

const entry = {
  name: 'word-counter',
  version: '1.0.0',
  description: 'Counts words',
  author: 'alice@example.com',
  plugin_type: 'validator',
};

async function fileWith(text: string | Buffer): Promise<string> {
  const path = join(await temporaryFolder(), 'registry.json');
  await writeFile(path, text);
  return path;
}

describe('the registry file', () => {
  it('is made when it is not there, folders included', async () => {
    const path = join(await temporaryFolder(), 'deep', '.agentmesh', 'registry.json');
    const registry = await PluginRegistry.open({ storagePath: path });
    expect(await readFile(path, 'utf8')).toBe('[]\n');
    expect(await registry.listPlugins()).toEqual([]);
  });

  it('is a list of manifests, with what we know beyond them in _registry', async () => {
    const path = await fileWith('[]');
    const registry = await PluginRegistry.open({ storagePath: path, now: () => new Date(0) });
    const signer = PluginSigner.generate();
    await registry.register(signer.sign(manifestOf({ description: 'naïve 插' })), { publicKey: signer.publicKey });
    await registry.deprecate('word-counter', '1.0.0', { reason: 'slow', successor: 'token-counter' });
    const text = await readFile(path, 'utf8');
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    expect(text.startsWith('[\n  {\n    "name": "word-counter",\n')).toBe(true);
    const { signature, ...rest } = manifestOf();
    expect(JSON.parse(text)).toEqual([
      {
        ...rest,
        description: 'naïve 插',
        signature: expect.any(String),
        _registry: {
          published_at: '1970-01-01T00:00:00.000Z',
          updated_at: '1970-01-01T00:00:00.000Z',
          status: { state: 'deprecated', reason: 'slow', successor: 'token-counter' },
          key_id: signer.keyId,
        },
      },
    ]);
    expect(signature).toBeNull();
  });

  it('says the same to whoever opens it next', async () => {
    const path = await fileWith('[]');
    const registry = await PluginRegistry.open({ storagePath: path });
    const signer = PluginSigner.generate();
    await registry.register(signer.sign(manifestOf({ 'x-note': { deep: [1, null, 'two'] } })), {
      publicKey: signer.publicKey,
    });
    await registry.register(manifestOf({ name: 'other', organization: 'contoso' }));
    await registry.yank('other', '1.0.0', { reason: 'broken' });
    const again = await PluginRegistry.open({ storagePath: path });
    expect(await again.versions('word-counter')).toEqual(await registry.versions('word-counter'));
    expect(await again.versions('other')).toEqual(await registry.versions('other'));
    expect(await again.owners('word-counter')).toEqual(await registry.owners('word-counter'));
  });

  it('has nothing in _registry where there is nothing to say', async () => {
    const path = await fileWith(JSON.stringify([entry]));
    const registry = await PluginRegistry.open({ storagePath: path, now: () => new Date(0) });
    const updated = { updated_at: '1970-01-01T00:00:00.000Z' };
    await registry.register(manifestOf({ name: 'other' }));
    expect(JSON.parse(await readFile(path, 'utf8'))[0]).toEqual(entry);
    await registry.yank('word-counter', '1.0.0', { reason: 'x' });
    expect(JSON.parse(await readFile(path, 'utf8'))[0]._registry).toEqual({
      ...updated,
      status: { state: 'yanked', reason: 'x' },
    });
    await registry.restore('word-counter', '1.0.0');
    expect(JSON.parse(await readFile(path, 'utf8'))[0]).toEqual({ ...entry, _registry: updated });
  });

  it('keeps keys of others, byte by byte in entries that are not touched, by value in the one that is', async () => {
    const mine =
      '{"version":"1.0.0",  "plugin_type":"agent","name":"mine","x-big":1,"unknown":1.50,"author":"a","description":""}';
    const touched = {
      ...entry,
      vendor: { rating: 4.5 },
      _registry: { seen: true, published_at: '2025-01-01T00:00:00Z' },
    };
    const path = await fileWith(`[ ${mine}\n,\t${JSON.stringify(touched)}]`);
    const registry = await PluginRegistry.open({ storagePath: path, now: () => new Date(0) });
    await registry.yank('word-counter', '1.0.0', { reason: 'x' });
    const text = await readFile(path, 'utf8');
    expect(text.startsWith(`[\n  ${mine},\n  {`)).toBe(true);
    expect(JSON.parse(text)[1]).toEqual({
      ...touched,
      _registry: {
        ...touched._registry,
        updated_at: '1970-01-01T00:00:00.000Z',
        status: { state: 'yanked', reason: 'x' },
      },
    });
    expect(await registry.getEntry('word-counter', '1.0.0')).toMatchObject({ publishedAt: '2025-01-01T00:00:00Z' });
  });

  it('keeps the order of entries when one in the middle is removed and added again', async () => {
    const path = await fileWith('[]');
    const registry = await PluginRegistry.open({ storagePath: path });
    for (const name of ['a', 'b', 'c', 'd']) await registry.register(manifestOf({ name }));
    await registry.unregister('b');
    await registry.unregister('c');
    await registry.register(manifestOf({ name: 'b' }));
    await registry.deprecate('a', '1.0.0', { reason: 'x' });
    const again = await PluginRegistry.open({ storagePath: path });
    expect((await again.listPlugins()).map((manifest) => manifest.name)).toEqual(['a', 'd', 'b']);
    expect((await registry.listPlugins()).map((manifest) => manifest.name)).toEqual(['a', 'd', 'b']);
    expect(await again.versions('a')).toEqual(await registry.versions('a'));
  });

  it('loads two spellings of one version that another tool wrote', async () => {
    const versions = ['1.0', '1.0.0', '01.0.0'];
    const path = await fileWith(JSON.stringify(versions.map((version) => ({ ...entry, version }))));
    const registry = await PluginRegistry.open({ storagePath: path });
    expect((await registry.versions('word-counter')).map(({ manifest }) => manifest.version)).toEqual(versions);
    expect((await registry.getPlugin('word-counter')).version).toBe('1.0.0');
  });

  it('may name a plugin __proto__, as another tool may have written it', async () => {
    const path = await fileWith(JSON.stringify([entry]).replaceAll('word-counter', '__proto__'));
    const registry = await PluginRegistry.open({ storagePath: path });
    expect((await registry.getPlugin('__proto__')).name).toBe('__proto__');
  });

  it('is read again when somebody else changed it, also when it only grew', async () => {
    const path = await fileWith(JSON.stringify([entry]));
    const registry = await PluginRegistry.open({ storagePath: path });
    const other = await PluginRegistry.open({ storagePath: path });
    await other.register(manifestOf({ version: '2.0.0' }));
    expect((await registry.getPlugin('word-counter')).version).toBe('2.0.0');
    await other.unregister('word-counter', '1.0.0');
    expect(await registry.versions('word-counter')).toHaveLength(1);
    await writeFile(path, `${await readFile(path, 'utf8')}\n \n`);
    expect(await registry.versions('word-counter')).toHaveLength(1);
    await writeFile(path, JSON.stringify([{ ...entry, version: '9.0.0' }]));
    expect((await registry.getPlugin('word-counter')).version).toBe('9.0.0');
    await registry.register(manifestOf({ version: '10.0.0' }));
    expect((await other.getPlugin('word-counter')).version).toBe('10.0.0');
    await unlink(path);
    expect(await registry.listPlugins()).toEqual([]);
  });

  it('stays as it was when a change is refused', async () => {
    const path = await fileWith(JSON.stringify([entry]));
    const store = await openFileStore(path);
    const refused = store.change('word-counter', (rows) => {
      rows.remove('1.0.0');
      rows.setOwners([{ keyId: 'SHA256:x', publicKey: 'x' }]);
      throw new Error('no');
    });
    await expect(refused).rejects.toThrow('no');
    expect(await readFile(path, 'utf8')).toBe(JSON.stringify([entry]));
    expect(await store.versions('word-counter')).toHaveLength(1);
  });

  it('is followed through a link, which stays a link', async () => {
    const path = await fileWith('[]');
    const link = join(await temporaryFolder(), 'link.json');
    await symlink(path, link);
    const registry = await PluginRegistry.open({ storagePath: link });
    await registry.register(manifestOf());
    expect(JSON.parse(await readFile(path, 'utf8'))).toHaveLength(1);
    expect(JSON.parse(await readFile(link, 'utf8'))).toHaveLength(1);
  });

  it('keeps its permissions', async () => {
    const path = await fileWith('[]');
    await chmod(path, 0o600);
    const registry = await PluginRegistry.open({ storagePath: path });
    await registry.register(manifestOf());
    await registry.register(manifestOf({ name: 'other' }));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('is not left beside half-written copies of killed processes', async () => {
    const path = await fileWith('[]');
    const leftover = `${join(path, '..')}/.registry.json.0123456789ab.tmp`;
    await writeFile(leftover, '[{');
    const registry = await PluginRegistry.open({ storagePath: path });
    await registry.register(manifestOf());
    expect(await readdir(join(path, '..'))).toEqual(['registry', 'registry.json']);
  });
});

describe('a corrupt registry file', () => {
  const valid = JSON.stringify(entry);
  const cases: [string, string | Buffer, string][] = [
    ['an empty one', '', 'no JSON'],
    ['half of one', `[${valid}`, 'no JSON'],
    ['one cut within an entry', `[${valid.slice(0, -9)}`, 'no JSON'],
    ['one with text after the list', `[${valid}]]`, 'no JSON'],
    ['one with a comma too many', `[${valid},]`, 'no JSON'],
    ['one with two commas', `[${valid},,${valid}]`, 'no JSON'],
    ['one that begins with a comma', `[,${valid}]`, 'no JSON'],
    ['one with brackets that do not match', `[${valid.slice(0, -1)}]`, 'no JSON'],
    ['one with a text that never ends', `["${valid}]`, 'no JSON'],
    ['an object', `{"plugins":[${valid}]}`, 'expected a JSON list'],
    ['a number', '1', 'expected a JSON list'],
    ['bytes that are not UTF-8', Buffer.from([0x5b, 0xff, 0x5d]), 'not UTF-8'],
    ['one with a byte order mark', `\ufeff[${valid}]`, 'no JSON'],
    ['an entry that is no object', `[${valid},7]`, 'entry 2 (line 1): it is no object'],
    ['an entry that is a list', `[\n[]]`, 'entry 1 (line 2): it is no object'],
    ['an entry that is null', '[null]', 'no object'],
    ['an entry without a version', valid.replace('"version":"1.0.0",', '').replace(/.*/, '[$&]'), 'version'],
    ['a version that is a number', `[${valid.replace('"1.0.0"', '1.1')}]`, 'version'],
    ['a name with a slash', `[${valid.replace('word-counter', '../evil')}]`, 'name'],
    ['an unknown type', `[${valid.replace('validator', 'virus')}]`, 'plugin_type'],
    ['a lone surrogate', `[${valid.replace('Counts', '\\ud800')}]`, 'surrogate'],
    ['a key that stands twice', `[${valid.replace('{', '{"name":"other",')}]`, 'twice'],
    ['a deep key that stands twice', `[${valid.replace('{', '{"x-a":{"b":1,"b":2},')}]`, 'twice'],
    ['a version that stands twice', `[${valid},${valid}]`, 'word-counter 1.0.0 stands in it twice'],
    ['a nesting without end', `[${'['.repeat(100_000)}${']'.repeat(100_000)}]`, 'no object'],
    ['_registry that is no object', `[${valid.replace('{', '{"_registry":[],')}]`, '_registry'],
    ['an unknown state', `[${valid.replace('{', '{"_registry":{"status":{"state":"gone"}},')}]`, 'state'],
    ['a status that is a word', `[${valid.replace('{', '{"_registry":{"status":"yanked"},')}]`, 'state'],
    [
      'a reason that is a number',
      `[${valid.replace('{', '{"_registry":{"status":{"state":"yanked","reason":1}},')}]`,
      'reason',
    ],
    [
      'a successor that is a list',
      `[${valid.replace('{', '{"_registry":{"status":{"state":"yanked","successor":[]}},')}]`,
      'successor',
    ],
    ['a time that is none', `[${valid.replace('{', '{"_registry":{"published_at":"yesterday"},')}]`, 'published_at'],
    ['a key id that is a number', `[${valid.replace('{', '{"_registry":{"key_id":1},')}]`, 'key_id'],
    ['an artifact without integrity', `[${valid.replace('{', '{"_registry":{"artifact":{"size":1}},')}]`, 'integrity'],
    [
      'an integrity that climbs out of the folder',
      `[${valid.replace('{', '{"_registry":{"artifact":{"size":1,"integrity":"sha512-../../../../etc/passwd"}},')}]`,
      'integrity',
    ],
    [
      'a negative size',
      `[${valid.replace('{', `{"_registry":{"artifact":{"size":-1,"integrity":"sha512-${'A'.repeat(86)}=="}},`)}]`,
      'size',
    ],
  ];

  it.each(cases)('is refused and left alone: %s', async (_, text, what) => {
    const path = await fileWith(text);
    await expect(PluginRegistry.open({ storagePath: path })).rejects.toMatchObject({
      code: 'REGISTRY_CORRUPT',
      message: expect.stringContaining(path),
    });
    await expect(PluginRegistry.open({ storagePath: path })).rejects.toThrow(what);
    expect(await readFile(path)).toEqual(Buffer.from(text));
  });

  it('is noticed while the registry is open, and not overwritten', async () => {
    const path = await fileWith(`[${valid}]`);
    const registry = await PluginRegistry.open({ storagePath: path });
    await writeFile(path, `[${valid}, {"name": "half`);
    await expect(registry.listPlugins()).rejects.toMatchObject({ code: 'REGISTRY_CORRUPT' });
    await expect(registry.register(manifestOf({ version: '2.0.0' }))).rejects.toMatchObject({
      code: 'REGISTRY_CORRUPT',
    });
    expect(await readFile(path, 'utf8')).toBe(`[${valid}, {"name": "half`);
    await writeFile(path, `[${valid}]`);
    expect(await registry.listPlugins()).toHaveLength(1);
  });

  it('names entry and line of what it cannot read', async () => {
    const path = await fileWith(`[\n  ${valid},\n  {"name": "a b"}\n]\n`);
    await expect(PluginRegistry.open({ storagePath: path })).rejects.toThrow('entry 2 (line 3)');
  });

  it('passes errors of the file system on', async () => {
    const folder = await temporaryFolder();
    await expect(openFileStore(folder)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});

describe('owners.json', () => {
  async function ownedBy(signer: PluginSigner): Promise<{ path: string; owners: string; registry: PluginRegistry }> {
    const path = await fileWith('[]');
    const registry = await PluginRegistry.open({ storagePath: path });
    await registry.register(signer.sign(manifestOf()), { publicKey: signer.publicKey });
    return { path, owners: registryPlaces(path).owners, registry };
  }

  it('lists keys once and names with their owners', async () => {
    const signer = PluginSigner.generate();
    const { path, owners, registry } = await ownedBy(signer);
    await registry.register(signer.sign(manifestOf({ name: 'other' })), { publicKey: signer.publicKey });
    expect(owners).toBe(join(path, '..', 'registry', 'owners.json'));
    expect(JSON.parse(await readFile(owners, 'utf8'))).toEqual({
      keys: [{ key_id: signer.keyId, public_key: expect.stringContaining('BEGIN PUBLIC KEY') }],
      names: [
        { name: 'word-counter', owners: [signer.keyId] },
        { name: 'other', owners: [signer.keyId] },
      ],
    });
  });

  it('is only written when owners change', async () => {
    const signer = PluginSigner.generate();
    const { owners, registry } = await ownedBy(signer);
    const before = await stat(owners);
    await registry.register(signer.sign(manifestOf({ version: '2.0.0' })));
    await registry.register(manifestOf({ name: 'unsigned' }));
    expect((await stat(owners)).ino).toBe(before.ino);
  });

  it('counts for nothing where a name has no version, as a killed process may leave it', async () => {
    const signer = PluginSigner.generate();
    const { path, registry } = await ownedBy(signer);
    await writeFile(path, '[]\n');
    expect(await registry.owners('word-counter')).toEqual([]);
    const other = PluginSigner.generate();
    await registry.register(manifestOf());
    expect(await registry.owners('word-counter')).toEqual([]);
    await registry.register(other.sign(manifestOf({ version: '2.0.0' })), { publicKey: other.publicKey });
    expect(await registry.owners('word-counter')).toMatchObject([{ keyId: other.keyId }]);
  });

  it.each([
    ['half a file', '{"keys": ['],
    ['a list', '[]'],
    ['a key without its text', '{"keys": [{"key_id": "SHA256:x"}], "names": []}'],
    ['a name without owners', '{"keys": [], "names": [{"name": "a"}]}'],
    ['an owner without a key', '{"keys": [], "names": [{"name": "a", "owners": ["SHA256:x"]}]}'],
    ['an owner that is no text', '{"keys": [], "names": [{"name": "a", "owners": [1]}]}'],
    ['a name twice', '{"keys": [], "names": [{"name": "a", "owners": []}, {"name": "a", "owners": []}]}'],
  ])('is refused when it is corrupt: %s', async (_, text) => {
    const path = await fileWith('[]');
    await mkdir(join(path, '..', 'registry'));
    await writeFile(registryPlaces(path).owners, text);
    await expect(openFileStore(path)).rejects.toMatchObject({
      code: 'REGISTRY_CORRUPT',
      message: expect.stringContaining('owners.json'),
    });
  });
});

describe('a file of a hostile project', () => {
  it("says another key than the owner's under the owner's id", async () => {
    const [alice, mallory] = [PluginSigner.generate(), PluginSigner.generate()];
    const path = await fileWith(JSON.stringify([manifestOf()]));
    const keys = [{ key_id: alice.keyId, public_key: publicKeyPem(mallory.publicKey) }];
    await mkdir(dirname(registryPlaces(path).owners));
    await writeFile(
      registryPlaces(path).owners,
      JSON.stringify({ keys, names: [{ name: 'word-counter', owners: [alice.keyId] }] }),
    );
    const registry = await PluginRegistry.open({ storagePath: path });
    const corrupt = { code: 'REGISTRY_CORRUPT', message: expect.stringContaining('another key') };
    await expect(registry.owners('word-counter')).rejects.toMatchObject(corrupt);
    await expect(registry.register(mallory.sign(manifestOf({ version: '2.0.0' })))).rejects.toMatchObject(corrupt);
  });

  it.skipIf(process.platform === 'win32')('is a named pipe, for which nobody waits', async () => {
    const path = await fileWith('');
    await rm(path);
    execFileSync('mkfifo', [path]);
    await expect(PluginRegistry.open({ storagePath: path })).rejects.toMatchObject({ code: 'REGISTRY_CORRUPT' });
  });

  it('is larger than any list that should be read whole', async () => {
    const path = await fileWith('');
    await truncate(path, 300 * 1024 * 1024);
    await expect(PluginRegistry.open({ storagePath: path })).rejects.toMatchObject({
      code: 'REGISTRY_CORRUPT',
      message: expect.stringContaining('larger than'),
    });
  });
});

describe('registryPlaces', () => {
  it('puts everything into a folder beside the file, named after it', () => {
    expect(registryPlaces('/x/.agentmesh/registry.json')).toEqual({
      file: '/x/.agentmesh/registry.json',
      owners: '/x/.agentmesh/registry/owners.json',
      lock: '/x/.agentmesh/registry/registry.lock',
      artifacts: '/x/.agentmesh/registry/artifacts',
    });
    expect(registryPlaces('/x/plain').artifacts).toBe('/x/plain.d/artifacts');
  });
});
