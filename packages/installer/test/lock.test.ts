import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkOut, cloneInto } from './project.js';
import { AUTHOR, createWorkshop, failure, snapshot } from './workshop.js';

describe('what is installed for a project', () => {
  it('stands in agentmesh.yaml as a range and in agentmesh.lock exactly', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'base', version: '0.3.1' });
    await shop.publish({ name: 'a', version: '1.2.0', dependencies: ['base>=0.3'] });
    await shop.local('mine', { name: 'mine' });
    const project = await checkOut(shop);
    const { plugins, changed } = await project.installer().install(['a', 'local://mine']);
    expect(changed).toBe(true);
    expect(plugins.map(({ name, change }) => [name, change])).toEqual([
      ['a', 'installed'],
      ['base', 'installed'],
      ['mine', 'installed'],
    ]);
    expect(await project.read('agentmesh.yaml')).toMatch(
      /^# .*\n\nplugins:\n {2}a: ">=1\.2\.0,<2\.0\.0"\n {2}mine: "local:\/\/mine"\n$/,
    );
    const lock = JSON.parse(await project.read('agentmesh.lock'));
    expect(
      Object.entries<{ requested: boolean }>(lock.plugins).map(([name, { requested }]) => [name, requested]),
    ).toEqual([
      ['a', true],
      ['base', false],
      ['mine', true],
    ]);
  });

  it.each([
    ['0.3.1', '>=0.3.1,<0.4.0'],
    ['1.2', '>=1.2,<2.0'],
    ['0.9', '>=0.9,<0.10'],
  ])('is allowed to move from %s within %s', async (version, range) => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a', version });
    const project = await checkOut(shop);
    await project.installer().install('a');
    expect(await project.read('agentmesh.yaml')).toContain(`  a: "${range}"\n`);
  });

  it('keeps comments, order, other keys and line ends of agentmesh.yaml', async () => {
    const shop = await createWorkshop();
    for (const name of ['a', 'b', 'z']) await shop.publish({ name });
    const project = await checkOut(shop);
    const installer = project.installer({ projectKeys: ['registry'] });
    await project.write(
      'agentmesh.yaml',
      '# ours\r\nregistry: reg.json # here\r\nplugins:\r\n    # first\r\n    z: 1.0.0 # pinned\r\n\r\noverrides: {}\r\n',
    );
    await installer.restore();
    await installer.install('a');
    expect(await project.read('agentmesh.yaml')).toBe(
      '# ours\r\nregistry: reg.json # here\r\nplugins:\r\n    # first\r\n    z: 1.0.0 # pinned\r\n    a: ">=1.0.0,<2.0.0"\r\n\r\noverrides: {}\r\n',
    );
    await installer.install('b', { version: '==1.0.0' });
    await installer.uninstall('a');
    expect(await project.read('agentmesh.yaml')).toContain('# pinned\r\n    b: "==1.0.0"\r\n');
  });

  it.each(['https://user:secret@host.example/x', 'https://token@host.example/x', 'git://a:b@host.example/x'])(
    'never stands there with a secret: %s',
    async (source) => {
      const shop = await createWorkshop();
      const project = await checkOut(shop);
      const refused = await failure(project.installer().install(source));
      expect(refused.code).toBe('SOURCE_SYNTAX');
      expect(refused.message).not.toMatch(/secret|token@|a:b/);
    },
  );

  it('leaves a line alone that allows what was installed, and changes one that does not', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' });
    const project = await checkOut(shop);
    await project.installer().install('a', { version: '>=1.0.0' });
    expect(await project.read('agentmesh.yaml')).toContain('a: ">=1.0.0"');
    await shop.publish({ name: 'a', version: '2.0.0' });
    await project.installer().install('a');
    expect(await project.read('agentmesh.yaml')).toContain('a: ">=1.0.0"');
    await project.installer().install('a@2.0.0');
    expect(await project.read('agentmesh.yaml')).toContain('a: "2.0.0"');
    await shop.publish({ name: 'a', version: '3.0.0' });
    await project.installer().install('a');
    expect(await project.read('agentmesh.yaml')).toContain('a: ">=3.0.0,<4.0.0"');
  });

  it('has the same lock, byte by byte, in whatever order and on whatever machine it came', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'base' });
    for (const name of ['a', 'b']) await shop.publish({ name, dependencies: ['base'] });
    const [one, two] = [await checkOut(shop, 'one'), await checkOut(shop, 'two')];
    await one.installer().install(['a', 'b']);
    await two.installer().install('b');
    await two.installer().install('a');
    await two.installer().update();
    expect(await two.read('agentmesh.lock')).toBe(await one.read('agentmesh.lock'));
    const before = await one.read('agentmesh.lock');
    await one.installer().install(['b', 'a']);
    await one.installer().restore();
    expect(await one.read('agentmesh.lock')).toBe(before);
  });
});

describe('restoring a lock', () => {
  it('gives byte-identical folders in a fresh workspace, and keeps the lock', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'base' }, { 'index.js': '1', 'run.sh': '#!/bin/sh\n' });
    await shop.publish({ name: 'a', dependencies: ['base'] });
    const trustedKeys = { [AUTHOR]: shop.signer.publicKey };
    const [one, two] = [await checkOut(shop, 'one'), await checkOut(shop, 'two')];
    await one.installer({ trustedKeys }).install('a');
    for (const name of ['base', 'a']) await shop.publish({ name, version: '1.1.0' });
    await cloneInto(one, two);
    const { plugins } = await two.installer({ trustedKeys }).restore();
    expect(plugins.map(({ name, version, change }) => [name, version, change])).toEqual([
      ['a', '1.0.0', 'installed'],
      ['base', '1.0.0', 'installed'],
    ]);
    expect(await snapshot(two.pluginsDir)).toEqual(await snapshot(one.pluginsDir));
    for (const file of ['agentmesh.lock', 'agentmesh.yaml']) expect(await two.read(file)).toBe(await one.read(file));
    expect((await two.installer({ trustedKeys }).restore()).changed).toBe(false);
  });

  it('removes what the lock does not have, and brings an older version where the lock says so', async () => {
    const shop = await createWorkshop();
    for (const name of ['a', 'b']) await shop.publish({ name });
    const [one, two] = [await checkOut(shop, 'one'), await checkOut(shop, 'two')];
    await one.installer().install('a');
    await shop.publish({ name: 'a', version: '1.5.0' });
    await two.installer().install(['a', 'b']);
    await cloneInto(one, two);
    const { plugins, removed } = await two.installer().restore();
    expect(plugins).toMatchObject([{ name: 'a', change: 'downgraded', version: '1.0.0', from: { version: '1.5.0' } }]);
    expect(removed).toEqual([{ name: 'b', version: '1.0.0' }]);
    expect(await two.read('agentmesh.lock')).toBe(await one.read('agentmesh.lock'));
  });

  it('selects only what agentmesh.yaml asks for beyond the lock', async () => {
    const shop = await createWorkshop();
    for (const name of ['a', 'b', 'gone']) await shop.publish({ name });
    const project = await checkOut(shop);
    await project.installer().install(['a', 'gone']);
    for (const name of ['a', 'b']) await shop.publish({ name, version: '1.1.0' });
    await project.write('agentmesh.yaml', 'plugins:\n  a: ">=1.0.0"\n  b: ">=1.0.0"\n');
    const { plugins, removed } = await project.installer().restore();
    expect(plugins.map(({ name, version, change }) => [name, version, change])).toEqual([
      ['a', '1.0.0', 'kept'],
      ['b', '1.1.0', 'installed'],
    ]);
    expect(removed).toEqual([{ name: 'gone', version: '1.0.0' }]);
    await project.write('agentmesh.yaml', 'plugins:\n  a: "==1.1.0"\n  b:\n');
    expect((await project.installer().restore()).plugins[0]).toMatchObject({ name: 'a', version: '1.1.0' });
  });

  it('keeps a dependency that was asked for as well when its line goes', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'base' });
    await shop.publish({ name: 'a', dependencies: ['base'] });
    const project = await checkOut(shop);
    await project.installer().install(['a', 'base']);
    await project.write('agentmesh.yaml', 'plugins:\n  a: "*"\n');
    await project.installer().restore();
    expect(JSON.parse(await project.read('agentmesh.lock')).plugins.base).toMatchObject({ requested: false });
  });

  it('heals what was damaged, out of the store', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' });
    const project = await checkOut(shop);
    await project.installer().install('a');
    await rm(join(project.pluginsDir, 'a/index.js'));
    expect((await project.installer({ registry: undefined }).restore()).plugins).toMatchObject([{ change: 'healed' }]);
  });

  it('takes a plugin from where agentmesh.yaml says by now', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' });
    await shop.local('a', { name: 'a', version: '1.5.0' }, { 'index.js': 'local' });
    const project = await checkOut(shop);
    await project.installer().install('a');
    await project.write('agentmesh.yaml', 'plugins:\n  a: local://a\n');
    expect((await project.installer().restore()).plugins).toMatchObject([{ source: 'local://a', version: '1.5.0' }]);
    await project.write('agentmesh.yaml', 'plugins:\n  b: local://a\n');
    expect(await failure(project.installer().restore())).toMatchObject({ code: 'NAME_MISMATCH' });
  });

  it('needs a project with something to restore', async () => {
    const shop = await createWorkshop();
    const project = await checkOut(shop);
    expect(await failure(project.installer().restore())).toMatchObject({ code: 'PROJECT_NOT_FOUND' });
    expect(await failure(shop.installer().restore())).toMatchObject({ code: 'PROJECT_NOT_FOUND' });
  });
});

describe('a lock that does not name what there is', () => {
  it.each([
    ['the registry has another archive', { integrity: `sha512-${'A'.repeat(86)}==` }],
    ['the version is listed with other files', { content_digest: `h1:${'A'.repeat(43)}=`, integrity: undefined }],
    ['it hides a dependency', { dependencies: [] }],
    ['the version is not listed', { version: '9.9.9' }],
    ['another key signed it', { key_id: `SHA256:${'A'.repeat(43)}` }],
  ])('is refused when %s', async (_, change) => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'base' });
    await shop.publish({ name: 'a', dependencies: ['base'] });
    const trustedKeys = { [AUTHOR]: shop.signer.publicKey };
    const [one, two] = [await checkOut(shop, 'one'), await checkOut(shop, 'two')];
    await one.installer({ trustedKeys }).install('a');
    const lock = JSON.parse(await one.read('agentmesh.lock'));
    Object.assign(lock.plugins.a, change);
    await two.write('agentmesh.lock', JSON.stringify(lock));
    const refused = await failure(two.installer({ trustedKeys }).restore());
    expect(refused.code).toBe('LOCK_MISMATCH');
    expect(await snapshot(two.pluginsDir)).toEqual({});
  });

  it('is refused with both digests when a source has moved on', async () => {
    const shop = await createWorkshop();
    await shop.local('a', { name: 'a' });
    const [one, two] = [await checkOut(shop, 'one'), await checkOut(shop, 'two')];
    const { installed } = await one.installer().install('local://a');
    await shop.local('a', { name: 'a' }, { 'index.js': 'other' });
    await cloneInto(one, two);
    const refused = await failure(two.installer().restore());
    expect(refused.code).toBe('LOCK_MISMATCH');
    expect(refused.message).toContain(installed[0]?.digest);
    expect(refused.message.match(/h1:/g)).toHaveLength(2);
  });
});

describe('other changes of a project', () => {
  it('follow in agentmesh.yaml and agentmesh.lock: uninstall, rollback, prune', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'base' });
    await shop.publish({ name: 'a', dependencies: ['base'] });
    const project = await checkOut(shop);
    await project.installer().install('a');
    const before = [await project.read('agentmesh.yaml'), await project.read('agentmesh.lock')];
    await project.installer().uninstall('a');
    expect(await project.read('agentmesh.yaml')).toContain('plugins: {}');
    expect(await project.installer().prune({ dryRun: true })).toEqual([{ name: 'base', version: '1.0.0' }]);
    expect(await project.installer().prune()).toEqual([{ name: 'base', version: '1.0.0' }]);
    expect(JSON.parse(await project.read('agentmesh.lock')).plugins).toEqual({});
    await project.installer().rollback(1);
    expect([await project.read('agentmesh.yaml'), await project.read('agentmesh.lock')]).toEqual(before);
  });

  it('are refused while the lock came with something that is not installed yet', async () => {
    const shop = await createWorkshop();
    for (const name of ['a', 'b']) await shop.publish({ name });
    const [one, two] = [await checkOut(shop, 'one'), await checkOut(shop, 'two')];
    await two.installer().install('a');
    await one.installer().install(['a', 'b']);
    await cloneInto(one, two);
    expect(await failure(two.installer().uninstall('a'))).toMatchObject({ code: 'LOCK_AHEAD' });
    expect(await failure(two.installer().rollback())).toMatchObject({ code: 'LOCK_AHEAD' });
    expect(await failure(two.installer().prune())).toMatchObject({ code: 'LOCK_AHEAD' });
    await two.installer().restore();
    await two.installer().uninstall('a');
    expect(await two.read('agentmesh.yaml')).toMatch(/plugins:\n {2}b: [^\n]*\n$/);
  });

  it('do not bring back a line that was taken out by hand', async () => {
    const shop = await createWorkshop();
    for (const name of ['a', 'b']) await shop.publish({ name });
    const project = await checkOut(shop);
    await project.installer().install(['a', 'b']);
    await project.write('agentmesh.yaml', 'plugins:\n  b: "*"\n');
    await project.installer().uninstall('b');
    expect(await project.read('agentmesh.yaml')).toBe('plugins: {}\n');
  });

  it('are made good for when a process was killed before it wrote them down', async () => {
    const shop = await createWorkshop();
    for (const name of ['a', 'b', 'c']) await shop.publish({ name });
    const project = await checkOut(shop);
    await project.installer().install('a');
    // An installer that knows of no project leaves what a killed one would: a new state, and the files of the old one.
    await project.installer({ projectDir: undefined }).install('b');
    await project.installer({ projectDir: undefined }).uninstall('a');
    expect(await project.read('agentmesh.lock')).not.toContain('"b"');
    await project.installer().install('c');
    expect(Object.keys(JSON.parse(await project.read('agentmesh.lock')).plugins)).toEqual(['b', 'c']);
    expect(await project.read('agentmesh.yaml')).toMatch(/plugins:\n {2}b: [^\n]*\n {2}c: [^\n]*\n$/);
  });

  it('lose nothing when two installs run at once', async () => {
    const shop = await createWorkshop();
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) await shop.publish({ name });
    const project = await checkOut(shop);
    await Promise.all(names.map((name) => project.installer().install(name)));
    expect(Object.keys(JSON.parse(await project.read('agentmesh.lock')).plugins)).toEqual(names);
    for (const name of names) expect(await project.read('agentmesh.yaml')).toContain(`\n  ${name}: `);
    expect((await project.installer().restore({ frozen: true })).changed).toBe(false);
  });
});
