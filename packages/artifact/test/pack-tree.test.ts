import { execFile } from 'node:child_process';
import { chmod, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { integrityOf, listTree, packTree, unpackArchive } from '@agentmesh/artifact';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary-folder.js';
import { writeFiles } from './write-files.js';

const FILES = {
  'agent-plugin.yaml': 'name: example\n',
  'bin/run': '#!/usr/bin/env node\n',
  'src/index.js': 'export const answer = 42;\n',
  'src/deep/er/é.txt': 'é\n',
  empty: '',
};

describe('packTree', () => {
  it('gives these very bytes on every machine and Node version', async () => {
    const dir = await writeFiles(await temporaryFolder(), FILES);
    expect((await packTree(dir)).integrity).toBe(
      'sha512-5X7T7ss/6CHov1YNJp2ufFPNQU/KMF6b9qB05EeC4Q7MLixz4p+pV/83v0QomhasrK2Ex1tVSzlFv4mnINY6ww==',
    );
  });

  it('gives the same bytes whatever the times, modes, place and order of writing', async () => {
    const folder = await temporaryFolder();
    const first = await writeFiles(join(folder, 'a'), FILES);
    const second = await writeFiles(join(folder, 'other/place'), Object.fromEntries(Object.entries(FILES).reverse()));
    for (const path of Object.keys(FILES)) {
      await chmod(join(second, path), 0o600);
      await utimes(join(second, path), 1, 1);
    }
    expect((await packTree(second)).bytes.equals((await packTree(first)).bytes)).toBe(true);
  });

  it('answers the tree that was packed and the integrity of the bytes', async () => {
    const dir = await writeFiles(await temporaryFolder(), FILES);
    const archive = await packTree(dir);
    expect(archive.tree).toEqual(await listTree(dir));
    expect(archive.integrity).toBe(integrityOf(archive.bytes));
  });

  it('writes a tar that tar reads: sorted, no owners, no times, modes by content, no folders', async () => {
    const folder = await temporaryFolder();
    const dir = await writeFiles(join(folder, 'tree'), { ...FILES, [`long/${'n'.repeat(200)}`]: 'long' });
    await writeFiles(folder, { 'a.tgz': (await packTree(dir)).bytes });
    const options = { cwd: folder, env: { TZ: 'UTC', LC_ALL: 'C.UTF-8' } };
    const { stdout } = await promisify(execFile)('tar', ['--list', '--verbose', '--file', 'a.tgz'], options);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.replace(/ +/g, ' ')),
    ).toEqual([
      '-rw-r--r-- 0/0 14 1970-01-01 00:00 agent-plugin.yaml',
      '-rwxr-xr-x 0/0 20 1970-01-01 00:00 bin/run',
      '-rw-r--r-- 0/0 0 1970-01-01 00:00 empty',
      `-rw-r--r-- 0/0 4 1970-01-01 00:00 long/${'n'.repeat(200)}`,
      '-rw-r--r-- 0/0 3 1970-01-01 00:00 src/deep/er/é.txt',
      '-rw-r--r-- 0/0 26 1970-01-01 00:00 src/index.js',
    ]);
  });

  it('takes files larger than one read and more files than are read at once', async () => {
    const folder = await temporaryFolder();
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, `${index}`]));
    const noise = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * index) >>> 7));
    const dir = await writeFiles(join(folder, 'tree'), { ...many, large: noise });
    const { bytes, tree } = await packTree(dir);
    expect(await unpackArchive(bytes, join(folder, 'out'))).toEqual(tree);
  });

  it('packs no files as an archive that unpacks to none', async () => {
    const folder = await temporaryFolder();
    const { bytes } = await packTree(await writeFiles(join(folder, 'tree'), {}));
    expect((await unpackArchive(bytes, join(folder, 'out'))).files).toEqual([]);
  });

  it('refuses what unpacking would refuse as a bomb', async () => {
    const dir = await writeFiles(await temporaryFolder(), { zeros: Buffer.alloc(5_000_000) });
    await expect(packTree(dir)).rejects.toMatchObject({ code: 'TREE_TOO_LARGE' });
    await expect(packTree(dir, { limits: { maxRatio: 2_000 } })).resolves.toMatchObject({ tree: { bytes: 5_000_000 } });
  });

  it('refuses a file that changes while it is packed', async () => {
    // The kernel states a size of 0 for these files.
    await expect(packTree('/proc/sys/kernel/random')).rejects.toThrow('its size changed while it was read');
  });

  it('stops when aborted', async () => {
    const dir = await writeFiles(await temporaryFolder(), { large: Buffer.alloc(50_000_000) });
    const controller = new AbortController();
    const reason = new Error('enough');
    const packing = packTree(dir, { signal: controller.signal });
    setImmediate(() => controller.abort(reason));
    await expect(packing).rejects.toBe(reason);
  });
});

describe('what packing leaves out', () => {
  it('is version control, caches and installed packages, at any depth', async () => {
    const dir = await writeFiles(await temporaryFolder(), {
      'a.js': '',
      '.gitignore': '',
      '.git/config': '',
      '.hg/x': '',
      'sub/.svn/x': '',
      'sub/.DS_Store': '',
      'sub/__pycache__/x.py': '',
      'sub/x.pyc': '',
      'sub/node_modules/x/index.js': '',
      'sub/node_modules_not/x': '',
    });
    await symlink('/etc', join(dir, 'sub/node_modules/link'));
    expect((await packTree(dir)).tree.files.map((file) => file.path)).toEqual([
      '.gitignore',
      'a.js',
      'sub/node_modules_not/x',
    ]);
  });

  it('is what .agentmeshignore names, and that file itself at the root', async () => {
    const dir = await writeFiles(await temporaryFolder(), {
      '.agentmeshignore':
        '# comment\n\n*.log\r\n/todo.txt\ndrafts/\nfixtures/*.bin\n  secret*key  \na*b*c\nagent-plugin.yaml\n',
      'agent-plugin.yaml': '',
      'x.log': '',
      'sub/y.log': '',
      'z.logs': '',
      'todo.txt': '',
      'sub/todo.txt': '',
      'drafts/a': '',
      'sub/drafts/a': '',
      'more/drafts': 'a file',
      'test/fixtures/a.bin': '',
      'fixtures/a.txt': '',
      'my-secret.key': '',
      'secret.old.key': '',
      secretkey: '',
      'secret-ke': '',
      axbxc: '',
      ab: '',
      abxbc: '',
      abab: '',
      'sub/.agentmeshignore': '*',
    });
    expect((await packTree(dir)).tree.files.map((file) => file.path)).toEqual([
      'ab',
      'abab',
      'agent-plugin.yaml',
      'fixtures/a.txt',
      'more/drafts',
      'my-secret.key',
      'secret-ke',
      'sub/.agentmeshignore',
      'sub/todo.txt',
      'z.logs',
    ]);
  });

  it.each([
    ['negation', '!keep'],
    ['**', '**/x'],
    ['backslashes', 'a\\b'],
    ['empty names', 'a//b'],
    ['a lone slash', '/'],
    ['climbing names', '../x'],
  ])('cannot be said with %s', async (_name, line) => {
    const dir = await writeFiles(await temporaryFolder(), { '.agentmeshignore': `ok\n${line}\n` });
    await expect(packTree(dir)).rejects.toMatchObject({
      code: 'IGNORE_INVALID',
      message: expect.stringContaining('line 2'),
    });
  });

  it('cannot be said with more than 1,000 patterns or 64 KiB', async () => {
    const dir = await writeFiles(await temporaryFolder(), { '.agentmeshignore': 'x\n'.repeat(1_001) });
    await expect(packTree(dir)).rejects.toMatchObject({ code: 'IGNORE_INVALID' });
    await writeFiles(dir, { '.agentmeshignore': `#${'x'.repeat(70_000)}` });
    await expect(packTree(dir)).rejects.toMatchObject({ code: 'TREE_TOO_LARGE' });
  });

  it('is not read through a link', async () => {
    const dir = await temporaryFolder();
    await symlink('/etc/passwd', join(dir, '.agentmeshignore'));
    await expect(packTree(dir)).rejects.toThrow('Refused .agentmeshignore: it is a symbolic link');
  });

  it('is decided in linear time for patterns made to be slow', async () => {
    const dir = await writeFiles(await temporaryFolder(), {
      '.agentmeshignore': `${'*a'.repeat(120)}*b\n`.repeat(240),
      ...Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`${'a'.repeat(200)}${index}`, ''])),
    });
    const start = performance.now();
    expect((await packTree(dir)).tree.files).toHaveLength(50);
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('can be packed after all, with the view of an installed tree', async () => {
    const dir = await writeFiles(await temporaryFolder(), { 'a.pyc': 'x' });
    expect((await packTree(dir, { view: 'installed' })).tree.files).toHaveLength(1);
  });
});

describe('the gzip around a packed tree', () => {
  it('has no time, no name and a fixed system byte', async () => {
    const { bytes } = await packTree(await writeFiles(await temporaryFolder(), FILES));
    expect(bytes.subarray(0, 10).toString('hex')).toBe('1f8b0800000000000003');
    expect(gunzipSync(bytes).length % 512).toBe(0);
  });
});
