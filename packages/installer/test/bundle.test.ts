import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { digestFiles, packTree, unpackArchive } from '@agentmesh/artifact';
import { PluginInstaller } from '@agentmesh/installer';
import { loadManifest, saveManifest, withFields } from '@agentmesh/manifest';
import { Keyring, PluginSigner } from '@agentmesh/signing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AUTHOR, createWorkshop, failure, orphans, snapshot, temporaryFolder, type Workshop } from './workshop.js';

const HOOKS = join(import.meta.dirname, '../../../test/support/source-hooks.mjs');
const CHILD = join(import.meta.dirname, 'bundle-child.mjs');
const FILES = { 'index.js': 'export const run = () => 1;\n', 'run.sh': '#!/bin/sh\n', 'lib/a.js': 'a' };

interface Source {
  readonly shop: Workshop;
  readonly bundle: string;
  readonly trustedKeys: Keyring;
}

/** A workspace with two plugins, one of which needs the other, and a bundle of it. */
async function bundled(): Promise<Source> {
  const shop = await createWorkshop();
  await shop.publish({ name: 'base' }, FILES);
  await shop.publish({ name: 'top', dependencies: ['base>=1.0.0'] }, { ...FILES, 'lib/b.js': 'b' });
  const trustedKeys = Keyring.from({ [AUTHOR]: shop.signer.publicKey });
  await shop.installer({ trustedKeys }).install('top');
  const bundle = join(shop.dir, 'plugins.bundle');
  await shop.installer({ trustedKeys }).createBundle(bundle);
  return { shop, bundle, trustedKeys };
}

async function elsewhere(options: ConstructorParameters<typeof PluginInstaller>[0] | object = {}): Promise<{
  readonly pluginsDir: string;
  readonly stateDir: string;
  readonly installer: PluginInstaller;
}> {
  const stateDir = join(await temporaryFolder(), 'state');
  const pluginsDir = join(stateDir, 'plugins');
  return { stateDir, pluginsDir, installer: new PluginInstaller({ ...options, pluginsDir }) };
}

describe('a bundle', () => {
  it('gives byte-identical folders and the same lock in an empty workspace', async () => {
    const { shop, bundle, trustedKeys } = await bundled();
    const { pluginsDir, stateDir, installer } = await elsewhere({ trustedKeys });
    const { plugins } = await installer.installBundle(bundle);
    expect(plugins).toMatchObject([
      { name: 'base', change: 'installed', verification: 'verified', keyId: shop.signer.keyId },
      { name: 'top', change: 'installed', verification: 'verified', source: 'registry://top' },
    ]);
    expect(await snapshot(pluginsDir)).toEqual(await snapshot(shop.pluginsDir));
    expect(await installer.verifyInstalled()).toMatchObject([{ intact: true }, { intact: true }]);
    expect(await orphans(stateDir, { afterGc: true })).toEqual([]);
    expect((await installer.installBundle(bundle)).plugins.map(({ change }) => change)).toEqual(['kept', 'kept']);
    expect(await installer.history()).toHaveLength(1);
  });

  it('is the same bytes wherever and whenever it is made', async () => {
    const { shop, bundle, trustedKeys } = await bundled();
    const { installer, stateDir } = await elsewhere({ trustedKeys, now: () => new Date(0) });
    await installer.installBundle(bundle);
    const other = join(stateDir, '../other.bundle');
    const made = await installer.createBundle(other);
    expect(await readFile(other)).toEqual(await readFile(bundle));
    expect(made).toMatchObject({ path: other, plugins: ['base', 'top'], bytes: (await readFile(other)).length });
    expect(made.keys).toMatchObject([{ author: AUTHOR, keyId: shop.signer.keyId }]);
  });

  it('tells what it holds; its keys are offered and trusted by nobody', async () => {
    const { shop, bundle } = await bundled();
    const { installer, pluginsDir } = await elsewhere({ trustedKeys: {} });
    const { lock, keys } = await installer.readBundle(bundle);
    expect([...lock.keys()].sort()).toEqual(['base', 'top']);
    expect(keys).toMatchObject([{ author: AUTHOR, keyId: shop.signer.keyId }]);
    expect(await failure(installer.installBundle(bundle))).toMatchObject({ code: 'UNTRUSTED_AUTHOR' });
    expect(await installer.listInstalled()).toEqual([]);
    const trustedKeys = { [AUTHOR]: keys[0]?.publicKey ?? '' };
    const trusting = new PluginInstaller({ pluginsDir, trustedKeys });
    expect((await trusting.installBundle(bundle)).plugins).toHaveLength(2);
  });

  it('without trusted keys installs unverified, and says so', async () => {
    const { bundle } = await bundled();
    const { installer } = await elsewhere();
    expect((await installer.installBundle(bundle)).plugins).toMatchObject([
      { verification: 'unverified' },
      { verification: 'unverified' },
    ]);
  });

  it('restores the lock of a project exactly, and is refused when it has other bytes', async () => {
    const { shop, bundle, trustedKeys } = await bundled();
    const text = await readFile(join(shop.pluginsDir, 'agentmesh.lock'), 'utf8');
    const projectWith = async (lock: string): Promise<string> => {
      const projectDir = await temporaryFolder();
      await writeFile(join(projectDir, 'agentmesh.lock'), lock);
      return projectDir;
    };
    const projectDir = await projectWith(text);
    const same = await elsewhere({ trustedKeys, projectDir });
    await same.installer.installBundle(bundle, { frozen: true });
    expect(await snapshot(same.pluginsDir)).toEqual(await snapshot(shop.pluginsDir));
    expect(await readFile(join(projectDir, 'agentmesh.lock'), 'utf8')).toBe(text);
    const digest = JSON.parse(text).plugins.base.content_digest;
    const changed = text.replace(digest, `h1:${'A'.repeat(43)}=`);
    for (const [lock, frozen, code] of [
      [changed, true, 'LOCK_MISMATCH'],
      [changed, false, 'VERSION_RETAGGED'],
      [text.replaceAll('"base"', '"other"'), false, 'LOCK_MISMATCH'],
    ] as const) {
      const other = await elsewhere({ trustedKeys, projectDir: await projectWith(lock) });
      const refused = await failure(other.installer.installBundle(bundle, { frozen }));
      expect(refused.code).toBe(code);
      if (lock === changed) expect(refused.message).toContain(digest);
      expect(await other.installer.listInstalled()).toEqual([]);
    }
  });

  it('can be looked at before, and asks for permissions like any install', async () => {
    const { bundle } = await bundled();
    const { installer } = await elsewhere();
    const planned = await installer.installBundle(bundle, { dryRun: true });
    expect(planned).toMatchObject({ changed: false, plugins: [{ name: 'base' }, { name: 'top' }] });
    expect(await installer.listInstalled()).toEqual([]);
    const shop = await createWorkshop();
    await shop.local('a', { name: 'a', permissions: { net: ['api.example.org:443'] } });
    await shop.installer().install('local://a');
    const asking = join(shop.dir, 'asking.bundle');
    await shop.installer().createBundle(asking);
    const project = await elsewhere({ projectDir: await temporaryFolder() });
    expect(await failure(project.installer.installBundle(asking))).toMatchObject({ code: 'PERMISSIONS_WIDENED' });
    expect(await project.installer.installBundle(asking, { allowPermissions: true })).toMatchObject({ changed: true });
  });

  it('is held against policy and what is installed', async () => {
    const { bundle } = await bundled();
    for (const policy of [
      { beforeFetch: () => ({ deny: 'no', rule: 'r' }) as const },
      { beforeCommit: () => ({ deny: 'no', rule: 'r' }) as const },
    ]) {
      const { installer } = await elsewhere({ policy });
      expect(await failure(installer.installBundle(bundle))).toMatchObject({ code: 'POLICY_DENIED' });
    }
    const shop = await createWorkshop();
    await shop.local('base', { name: 'base' });
    await shop.installer().install('local://base');
    expect(await failure(shop.installer().installBundle(bundle))).toMatchObject({ code: 'NAME_COLLISION' });
  });

  it('heals what was changed, and is not made of what was changed', async () => {
    const { shop, bundle, trustedKeys } = await bundled();
    await writeFile(join(shop.pluginsDir, 'base/index.js'), 'tampered');
    const installer = shop.installer({ trustedKeys });
    expect(await failure(installer.createBundle(join(shop.dir, 'x')))).toMatchObject({ code: 'TREE_TAMPERED' });
    expect((await installer.installBundle(bundle)).plugins).toMatchObject([
      { name: 'base', change: 'healed' },
      { name: 'top', change: 'kept' },
    ]);
    expect(await installer.verifyInstalled()).toMatchObject([{ intact: true }, { intact: true }]);
  });

  it('of nothing is refused, and so is one over its limits', async () => {
    const { shop, bundle } = await bundled();
    const { installer } = await elsewhere();
    expect(await failure(installer.createBundle(bundle))).toMatchObject({ code: 'NOTHING_INSTALLED' });
    const create = (limits: object) => failure(shop.installer().createBundle(join(shop.dir, 'x'), { limits }));
    expect(await create({ maxArchiveBytes: 100 })).toMatchObject({ code: 'TREE_TOO_LARGE' });
    expect(await create({ maxFiles: 2 })).toMatchObject({ code: 'TREE_TOO_LARGE' });
    const install = (limits: object) => failure(installer.installBundle(bundle, { limits }));
    expect(await install({ maxArchiveBytes: 100 })).toMatchObject({ code: 'FILE_TOO_LARGE' });
    expect(await install({ maxFiles: 2 })).toMatchObject({ code: 'TREE_TOO_LARGE' });
    expect(await install({ maxBytes: 100 })).toMatchObject({ code: 'TREE_TOO_LARGE' });
    const small = await elsewhere({ limits: { maxBytes: 10 } });
    expect(await failure(small.installer.installBundle(bundle))).toMatchObject({ code: 'TREE_TOO_LARGE' });
  });

  it.runIf(process.platform === 'linux')('installs where there is no network at all', { timeout: 30_000 }, async () => {
    const { shop, bundle } = await bundled();
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // of a TCP server
    const { pluginsDir } = await elsewhere();
    const child = [process.execPath, '--import', HOOKS, CHILD, pluginsDir, bundle, String(port)];
    const cut = process.getuid?.() === 0 ? ['unshare', '--net'] : ['unshare', '--map-root-user', '--net'];
    const [program = '', ...args] = [...cut, '--', ...child];
    const { stdout } = await promisify(execFile)(program, args, { env: { PATH: process.env.PATH } });
    expect(JSON.parse(stdout)).toEqual({ network: false, intact: true, installed: ['base', 'top'] });
    expect(await snapshot(pluginsDir)).toEqual(await snapshot(shop.pluginsDir));
  });
});

describe('a hostile bundle', () => {
  const index = 'bundle.json';
  const edit = async (dir: string, name: string, change: (value: never) => unknown): Promise<void> => {
    const value = change(JSON.parse(await readFile(join(dir, name), 'utf8')) as never);
    await writeFile(join(dir, name), JSON.stringify(value));
  };
  /** Puts other bytes in for a file of a plugin, and makes all that is not signed agree. */
  const replace = async (dir: string, path: string, content: string): Promise<void> => {
    const sha256 = createHash('sha256').update(content).digest('hex');
    await writeFile(join(dir, 'files', sha256), content);
    const used = new Set<string>();
    const digests = new Map<string, string>();
    await edit(dir, index, (value: { plugins: Record<string, { files: Record<string, unknown>[] }> }) => {
      for (const [name, { files }] of Object.entries(value.plugins)) {
        const file = name === 'base' ? files.find((one) => one.path === path) : undefined;
        if (file !== undefined) Object.assign(file, { sha256, size: content.length, executable: false });
        for (const one of files) used.add(String(one.sha256));
        digests.set(name, digestFiles(files as never));
      }
      return value;
    });
    await edit(dir, 'agentmesh.lock', (value: { plugins: Record<string, { content_digest: string }> }) => {
      for (const [name, locked] of Object.entries(value.plugins)) locked.content_digest = digests.get(name) ?? '';
      return value;
    });
    for (const name of await readdir(join(dir, 'files'))) if (!used.has(name)) await rm(join(dir, 'files', name));
  };
  type Tamper = (dir: string) => Promise<unknown>;
  type Index = {
    bundle_version: number;
    plugins: Record<string, { files: Record<string, unknown>[] }>;
    keys: Record<string, unknown>[];
  };
  type LockFile = { plugins: Record<string, Record<string, unknown>> };
  const inIndex =
    (change: (value: Index) => unknown): Tamper =>
    (dir) =>
      edit(dir, index, (value: Index) => change(value) ?? value);
  const inLock =
    (change: (value: LockFile) => unknown): Tamper =>
    (dir) =>
      edit(dir, 'agentmesh.lock', (value: LockFile) => change(value) ?? value);
  const firstContent = async (dir: string): Promise<string> =>
    join(dir, 'files', (await readdir(join(dir, 'files'))).sort()[0] ?? '');

  it.each<[string, Tamper, RegExp]>([
    [
      'a content that is not its name',
      async (dir) => writeFile(await firstContent(dir), 'x'),
      /not what its name says/,
    ],
    ['a content that is missing', async (dir) => rm(await firstContent(dir)), /is missing/],
    [
      'a content that nobody names',
      (dir) => writeFile(join(dir, 'files', createHash('sha256').digest('hex')), ''),
      /no plugin of it has/,
    ],
    ['a file beside the contents', (dir) => writeFile(join(dir, 'extra'), ''), /not what its name says/],
    ['no index', (dir) => rm(join(dir, index)), /has no bundle.json/],
    ['no lock', (dir) => rm(join(dir, 'agentmesh.lock')), /has no agentmesh.lock/],
    ['an index that is no JSON', (dir) => writeFile(join(dir, index), '{'), /no JSON/],
    ['an index that is a list', (dir) => writeFile(join(dir, index), '[]'), /no object/],
    ['a later version', inIndex((value) => ({ ...value, bundle_version: 2 })), /version 2/],
    ['no plugins', inIndex((value) => ({ ...value, plugins: 1 })), /names no plugins/],
    ['no keys', inIndex((value) => ({ ...value, keys: {} })), /no list of keys/],
    [
      'too many keys',
      inIndex((value) => ({ ...value, keys: Array.from({ length: 10_001 }, hashOf) })),
      /no list of keys/,
    ],
    ['a key without text', inIndex((value) => ({ ...value, keys: [{ author: 'x' }] })), /has no author, id or text/],
    [
      'a key that is none',
      inIndex((value) => ({ ...value, keys: [{ ...value.keys[0], public_key: 'x' }] })),
      /another id/,
    ],
    [
      'a key under the id of another',
      inIndex((value) => ({ ...value, keys: [{ ...value.keys[0], key_id: 'SHA256:x' }] })),
      /another id/,
    ],
    [
      'a name that is a path',
      inIndex((value) => ({ ...value, plugins: { '../x': value.plugins.base } })),
      /no name of a plugin/,
    ],
    [
      'a path that leads out',
      inIndex((value) => void Object.assign(value.plugins.base?.files[0] ?? {}, { path: '../../x' })),
      /no list of files/,
    ],
    [
      'a hash that is a path',
      inIndex((value) => void Object.assign(value.plugins.base?.files[0] ?? {}, { sha256: '../../x' })),
      /no list of files/,
    ],
    [
      'a size that is not so',
      inIndex((value) => void Object.assign(value.plugins.base?.files[0] ?? {}, { size: 0 })),
      /not what the index says/,
    ],
    [
      'a mode that is not so',
      inIndex((value) => void Object.assign(value.plugins.base?.files[0] ?? {}, { executable: true })),
      /not what the index says/,
    ],
    ['a file fewer', inIndex((value) => void value.plugins.top?.files.pop()), /its lock says/],
    [
      'a plugin fewer in the index',
      inIndex((value) => void delete value.plugins.base),
      /no files of base|no plugin of it/,
    ],
    ['a plugin fewer in the lock', inLock((value) => void delete value.plugins.base), /does not name base/],
    [
      'another digest in the lock',
      inLock((value) => void Object.assign(value.plugins.base ?? {}, { content_digest: 'h1:x' })),
      /its lock says h1:x/,
    ],
    ['a lock that is no lock', (dir) => writeFile(join(dir, 'agentmesh.lock'), '{}'), /no lock of version/],
    [
      'another version in the lock',
      inLock((value) => void Object.assign(value.plugins.base ?? {}, { version: '9.0.0' })),
      /another plugin or version/,
    ],
    [
      'another key in the lock',
      inLock((value) => void Object.assign(value.plugins.base ?? {}, { key_id: 'SHA256:x' })),
      /another key/,
    ],
  ])('with %s is refused, and nothing is left of it', async (_, tamper, expected) => {
    const { shop, bundle, trustedKeys } = await bundled();
    const dir = join(shop.dir, 'unpacked');
    await unpackArchive(await readFile(bundle), dir);
    await tamper(dir);
    await writeFile(bundle, (await packTree(dir, { view: 'installed' })).bytes);
    const { installer, stateDir } = await elsewhere({ trustedKeys });
    const refused = await failure(installer.installBundle(bundle));
    expect(refused).toMatchObject({ code: 'BUNDLE_INVALID', message: expect.stringMatching(expected) });
    expect(await installer.listInstalled()).toEqual([]);
    expect(await readdir(join(stateDir, 'store/stage'))).toEqual([]);
    expect(await readdir(stateDir)).not.toContain('plugins');
  });

  it('whose files were changed and all records with them fails at the signed digest', async () => {
    const { shop, bundle, trustedKeys } = await bundled();
    const dir = join(shop.dir, 'unpacked');
    await unpackArchive(await readFile(bundle), dir);
    await replace(dir, 'index.js', 'export const run = () => "evil";\n');
    await writeFile(bundle, (await packTree(dir, { view: 'installed' })).bytes);
    const { installer } = await elsewhere({ trustedKeys });
    expect(await failure(installer.installBundle(bundle))).toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('whose manifest was signed anew by somebody is refused, whatever keys it offers', async () => {
    const { shop, bundle, trustedKeys } = await bundled();
    const dir = join(shop.dir, 'unpacked');
    await unpackArchive(await readFile(bundle), dir);
    const other = PluginSigner.generate();
    const manifest = await loadManifest(join(shop.pluginsDir, 'base'));
    const path = await saveManifest(other.sign(withFields(manifest, { description: 'evil' })), shop.dir);
    await replace(dir, 'agent-plugin.yaml', await readFile(path, 'utf8'));
    await writeFile(bundle, (await packTree(dir, { view: 'installed' })).bytes);
    const { installer } = await elsewhere({ trustedKeys });
    expect(await failure(installer.installBundle(bundle))).toMatchObject({ code: 'SIGNATURE_INVALID' });
  });

  it('that strips a signature and keeps the name of its key is refused without any trusted keys', async () => {
    const { shop, bundle } = await bundled();
    const dir = join(shop.dir, 'unpacked');
    await unpackArchive(await readFile(bundle), dir);
    const manifest = await loadManifest(join(shop.pluginsDir, 'base'));
    const path = await saveManifest(withFields(manifest, { signature: null }), shop.dir);
    await replace(dir, 'agent-plugin.yaml', await readFile(path, 'utf8'));
    await writeFile(bundle, (await packTree(dir, { view: 'installed' })).bytes);
    const { installer } = await elsewhere();
    expect(await failure(installer.installBundle(bundle))).toMatchObject({ code: 'BUNDLE_INVALID' });
  });

  it('with two names that some file systems take for one is refused', async () => {
    const shop = await createWorkshop();
    await shop.local('a', { name: 'a' }, { 'index.js': 'export const run = () => 1;\n' });
    await shop.installer().install('local://a');
    const bundle = join(shop.dir, 'b');
    await shop.installer().createBundle(bundle);
    const dir = join(shop.dir, 'unpacked');
    await unpackArchive(await readFile(bundle), dir);
    await edit(dir, index, (value: Index) => {
      const files = value.plugins.a?.files ?? [];
      files.push({ ...files.find(({ path }) => path === 'index.js'), path: 'INDEX.js' });
      return value;
    });
    const { plugins } = JSON.parse(await readFile(join(dir, index), 'utf8')) as Index;
    await inLock((value) => {
      Object.assign(value.plugins.a ?? {}, { content_digest: digestFiles((plugins.a?.files ?? []) as never) });
    })(dir);
    await writeFile(bundle, (await packTree(dir, { view: 'installed' })).bytes);
    const { installer } = await elsewhere();
    expect(await failure(installer.installBundle(bundle))).toMatchObject({ code: 'TREE_UNSAFE' });
  });

  it.each<[string, (path: string) => Promise<unknown>, string]>([
    ['is empty', (path) => writeFile(path, ''), 'BUNDLE_INVALID'],
    ['is a zip', (path) => writeFile(path, 'PK\x05\x06'.padEnd(22, '\0')), 'BUNDLE_INVALID'],
    ['is cut off', (path) => truncate(path, 200), 'ARCHIVE_INVALID'],
    ['is endless', (path) => truncate(path, 2 ** 40), 'FILE_TOO_LARGE'],
    ['is a folder', (path) => rm(path).then(() => mkdir(path)), 'FILE_NOT_REGULAR'],
    ['is a bomb', makeBomb, 'TREE_TOO_LARGE'],
  ])('that %s is refused', async (_, make, code) => {
    const { bundle } = await bundled();
    await make(bundle);
    const { installer } = await elsewhere();
    expect((await failure(installer.installBundle(bundle))).code).toBe(code);
    expect((await failure(installer.readBundle(bundle))).code).toBe(code);
  });
});

const hashOf = (_: unknown, index: number): string => createHash('sha256').update(`${index}`).digest('hex');

/** A tar with one file of zeros. */
async function makeBomb(path: string): Promise<void> {
  const dir = await temporaryFolder();
  await writeFile(join(dir, 'zeros'), '');
  await truncate(join(dir, 'zeros'), 300_000_000);
  execFileSync('tar', ['--create', '--gzip', '--file', path, '--directory', dir, 'zeros']);
}
