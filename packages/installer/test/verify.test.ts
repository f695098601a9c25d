import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestFiles, listTree } from '@agentmesh/artifact';
import { loadManifest, saveManifest, withFields } from '@agentmesh/manifest';
import { Keyring } from '@agentmesh/signing';
import { describe, expect, it } from 'vitest';
import { AUTHOR, createWorkshop, failure, type Workshop } from './workshop.js';

const FILES = { 'index.js': 'export const run = () => 1;\n', 'lib/a.js': 'export const a = 1;\n' };

async function installed(): Promise<{ readonly shop: Workshop; readonly path: string; readonly tree: string }> {
  const shop = await createWorkshop();
  await shop.publish({ name: 'a' }, FILES);
  const { path } = await shop.installer({ trustedKeys: { [AUTHOR]: shop.signer.publicKey } }).install('a');
  const tree = (await readlink(join(shop.pluginsDir, 'a'))).split('/').at(-1) ?? '';
  return { shop, path, tree: join(shop.stateDir, 'store/trees', tree) };
}

describe('an intact plugin', () => {
  it('is listed with all that is known of it', async () => {
    const { shop, path } = await installed();
    const manifest = await loadManifest(path);
    expect(await shop.installer().listInstalled()).toEqual([
      {
        name: 'a',
        version: '1.0.0',
        path,
        manifest,
        source: 'registry://a',
        resolved: 'registry://a@1.0.0',
        integrity: expect.stringMatching(/^sha512-/),
        dependencies: [],
        requested: true,
        digest: manifest.content_digest,
        manifestOnly: false,
        intact: true,
        differences: [],
        verification: 'unverified',
      },
    ]);
    const guarded = shop.installer({ trustedKeys: { [AUTHOR]: shop.signer.publicKey } });
    expect(await guarded.listInstalled()).toMatchObject([{ verification: 'verified', keyId: shop.signer.keyId }]);
  });

  it('is handed to the sandbox with its real folder and the list of its files', async () => {
    const { shop, path, tree } = await installed();
    expect(await shop.installer().verifyTree('a')).toEqual({
      root: tree,
      manifest: await loadManifest(path),
      files: (await listTree(tree)).files,
      contentDigest: (await listTree(tree)).digest,
    });
  });

  it('is found by name only: a path or an absent name is refused', async () => {
    const { shop } = await installed();
    for (const name of ['../a', '/a', '.']) {
      expect(await failure(shop.installer().verifyInstalled(name))).toMatchObject({ code: 'NAME_INVALID' });
      expect(await failure(shop.installer().verifyTree(name))).toMatchObject({ code: 'NAME_INVALID' });
    }
    expect(await failure(shop.installer().verifyInstalled('b'))).toMatchObject({ code: 'NOT_INSTALLED' });
    expect(await failure(shop.installer().verifyTree('b'))).toMatchObject({ code: 'NOT_INSTALLED' });
  });
});

describe('tampering with a file', () => {
  it.each<[string, (path: string) => Promise<unknown>, object]>([
    ['one bit flipped', (path) => flipBit(join(path, 'lib/a.js')), { path: 'lib/a.js', kind: 'changed' }],
    ['an added file', (path) => writeFile(join(path, 'x.pyc'), ''), { path: 'x.pyc', kind: 'added' }],
    ['a removed file', (path) => rm(join(path, 'index.js')), { path: 'index.js', kind: 'missing' }],
    ['an executable bit', (path) => chmod(join(path, 'index.js'), 0o755), { path: 'index.js', kind: 'mode' }],
    ['a file swapped for a link', (path) => swapForLink(join(path, 'index.js')), { path: 'index.js', kind: 'link' }],
    ['a changed manifest', (path) => describeAnew(path), { path: 'agent-plugin.yaml', kind: 'changed' }],
  ])('%s is named by verify, list and run', async (_, tamper, difference) => {
    const { shop, path } = await installed();
    await tamper(path);
    const [report] = await shop.installer().verifyInstalled('a');
    expect(report?.intact).toBe(false);
    expect(report?.differences).toContainEqual(difference);
    expect(await shop.installer().listInstalled()).toMatchObject([{ name: 'a', intact: false }]);
    const refused = await failure(shop.installer().verifyTree('a'));
    expect(refused.code).toBe('TREE_TAMPERED');
    expect(refused.message).toContain('path' in difference ? difference.path : '');
    expect((await shop.installer().install('a')).installed).toMatchObject([{ change: 'healed' }]);
    expect(await shop.installer().verifyInstalled('a')).toMatchObject([{ intact: true }]);
  });

  it('names ten files and counts the others', async () => {
    const { shop, path } = await installed();
    for (let index = 0; index < 13; index += 1) await writeFile(join(path, `x${index}`), '');
    expect((await failure(shop.installer().verifyTree('a'))).message).toContain('and 3 more');
  });

  it('shows no control characters of a file name', async () => {
    const { shop, path } = await installed();
    await writeFile(join(path, 'x\u001b[31m'), '');
    expect((await failure(shop.installer().verifyTree('a'))).message).not.toContain('\u001b');
  });
});

describe('tampering with the records as well', () => {
  it.each<[string, (shop: Workshop, tree: string) => Promise<unknown>, RegExp]>([
    ['a removed file list', (_, tree) => rm(`${tree}.json`), /the list of its files is unreadable/],
    [
      'a broken file list',
      (_, tree) => writeFile(`${tree}.json`, '{"files":[{}]}'),
      /the list of its files is unreadable/,
    ],
    ['a file list that is no JSON', (_, tree) => writeFile(`${tree}.json`, '{'), /the list of its files is unreadable/],
    ['a file list rewritten to fit', (_, tree) => rewriteList(tree), /the list of its files was changed/],
    ['a removed tree', (_, tree) => rm(tree, { recursive: true }), /the folder of its files is missing/],
    ['a link to another folder', (shop) => bendLink(shop, '/tmp'), /leads elsewhere/],
    ['a removed link', (shop) => rm(join(shop.pluginsDir, 'a')), /leads elsewhere/],
    ['a folder in place of the link', (shop, tree) => putFolder(shop, tree), /leads elsewhere/],
    ['another digest in the lock', (shop) => editLock(shop, /h1:[^"]*/, 'h1:x'), /the digest there/],
    ['another version in the lock', (shop) => editLock(shop, '"1.0.0"', '"1.0.1"'), /another plugin or version/],
  ])('%s is found, and healed by install', async (_, tamper, expected) => {
    const { shop, path, tree } = await installed();
    await flipBit(join(path, 'index.js'));
    await tamper(shop, tree);
    expect((await failure(shop.installer().verifyTree('a'))).message).toMatch(expected);
    // A lock that was changed makes the right files look like an older or another version of themselves.
    await shop.installer().install('a', { allowRetag: true, allowDowngrade: true });
    expect(await shop.installer().verifyInstalled('a')).toMatchObject([{ intact: true }]);
  });

  it('a tree of another plugin behind the link is found', async () => {
    const { shop } = await installed();
    await shop.publish({ name: 'b' });
    await shop.installer().install('b');
    const other = (await readlink(join(shop.pluginsDir, 'b'))).split('/').at(-1);
    await bendLink(shop, `../../store/trees/${other}`);
    expect((await failure(shop.installer().verifyTree('a'))).message).toContain('belongs to another plugin');
  });

  it('an attacker who rewrites list, tree name, link and lock is caught by the digest in the manifest', async () => {
    const { shop, tree } = await installed();
    await flipBit(join(tree, 'index.js'));
    await forge(shop, tree);
    expect((await failure(shop.installer().verifyTree('a'))).message).toContain(
      'its content_digest is not that of the installed files',
    );
  });

  it('an attacker who rewrites the manifest too is caught by the signature', async () => {
    const { shop, tree } = await installed();
    await flipBit(join(tree, 'index.js'));
    const manifest = await loadManifest(tree);
    await saveManifest(withFields(manifest, { content_digest: (await listTree(tree)).digest }), tree);
    await forge(shop, tree);
    expect(await shop.installer().verifyInstalled('a')).toMatchObject([{ intact: true }]);
    const guarded = shop.installer({ trustedKeys: { [AUTHOR]: shop.signer.publicKey } });
    expect(await guarded.verifyInstalled('a')).toMatchObject([{ intact: false, verification: 'refused' }]);
    expect((await failure(guarded.verifyTree('a'))).message).toContain('its signature does not verify');
  });

  it('an attacker who removes the signature is caught by the lock, as long as that says who signed', async () => {
    const { shop, tree } = await installed();
    await saveManifest(withFields(await loadManifest(tree), { signature: null }), tree);
    await forge(shop, tree);
    const guarded = shop.installer({ trustedKeys: { [AUTHOR]: shop.signer.publicKey } });
    expect(await guarded.verifyInstalled('a')).toMatchObject([
      { intact: false, verification: 'refused', problem: { code: 'SIGNATURE_MISSING' } },
    ]);
  });
});

describe('trust at rest', () => {
  it('is not what a lock says that a cloned project brought along', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' }, FILES, { sign: false });
    await shop.installer().install('a');
    await editLock(shop, '"dependencies"', '"key_id": "SHA256:anybody", "dependencies"');
    expect(await shop.installer().verifyInstalled()).toMatchObject([{ intact: true, verification: 'unverified' }]);
  });

  it('a plugin whose key was revoked since is not handed out to run', async () => {
    const { shop } = await installed();
    const trustedKeys = Keyring.from({ [AUTHOR]: shop.signer.publicKey });
    expect(await shop.installer({ trustedKeys }).verifyTree('a')).toMatchObject({ manifest: { name: 'a' } });
    trustedKeys.revoke(shop.signer.keyId);
    const refused = await failure(shop.installer({ trustedKeys }).verifyTree('a'));
    expect(refused).toMatchObject({ code: 'UNTRUSTED_AUTHOR', message: expect.stringContaining('revoked') });
  });

  it('a plugin that was installed without a check still runs', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' }, FILES, { sign: false });
    await shop.installer({ trustedKeys: {} }).install('a', { verify: false });
    expect(await shop.installer({ trustedKeys: {} }).verifyTree('a')).toMatchObject({ manifest: { name: 'a' } });
  });

  it('an author who is no longer trusted is refused without being called tampered', async () => {
    const { shop } = await installed();
    expect(await shop.installer({ trustedKeys: {} }).verifyInstalled()).toMatchObject([
      { intact: true, verification: 'refused', problem: { code: 'UNTRUSTED_AUTHOR' } },
    ]);
  });
});

async function flipBit(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[3] = (bytes[3] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

async function swapForLink(path: string): Promise<void> {
  await rename(path, `${path}.real`);
  await symlink(`${path}.real`, path);
}

async function describeAnew(path: string): Promise<void> {
  await saveManifest(withFields(await loadManifest(path), { description: 'Something else' }), path);
}

async function bendLink(shop: Workshop, target: string): Promise<void> {
  await rm(join(shop.pluginsDir, 'a'));
  await symlink(target, join(shop.pluginsDir, 'a'));
}

async function putFolder(shop: Workshop, tree: string): Promise<void> {
  await rm(join(shop.pluginsDir, 'a'));
  await mkdir(join(shop.pluginsDir, 'a'));
  await cp(tree, join(shop.pluginsDir, 'a'), { recursive: true });
}

async function editLock(shop: Workshop, from: string | RegExp, to: string): Promise<void> {
  const path = join(shop.pluginsDir, 'agentmesh.lock');
  await writeFile(path, (await readFile(path, 'utf8')).replace(from, to));
}

async function rewriteList(tree: string): Promise<void> {
  await writeFile(`${tree}.json`, JSON.stringify({ files: (await listTree(tree)).files }));
}

/** Makes every record agree with what the tree holds now. */
async function forge(shop: Workshop, tree: string): Promise<void> {
  const { files } = await listTree(tree);
  const lines = files.map((file) => `${file.sha256} ${file.executable ? 'x' : '-'} ${file.size} ${file.path}\n`);
  const hash = createHash('sha256').update(lines.join('')).digest('hex').slice(0, 12);
  const forged = tree.replace(/[0-9a-f]{12}(?=-[0-9a-f]{8}$)/, hash);
  await rename(tree, forged);
  await writeFile(`${forged}.json`, JSON.stringify({ files }));
  await bendLink(shop, `../../store/trees/${forged.split('/').at(-1)}`);
  await editLock(shop, /h1:[^"]*/, digestFiles(files));
  expect(await readdir(join(shop.stateDir, 'store/trees'))).toContain(forged.split('/').at(-1));
}
