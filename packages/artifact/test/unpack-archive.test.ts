import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { inspectTree, integrityOf, listTree, packTree, type UnpackProgress, unpackArchive } from '@agentmesh/artifact';
import { describe, expect, it, onTestFinished } from 'vitest';
import { paxRecord, tarBytes } from './tar-bytes.js';
import { temporaryFolder } from './temporary-folder.js';
import { writeFiles } from './write-files.js';
import { zipBytes } from './zip-bytes.js';

const run = promisify(execFile);
const FILES = { 'a.txt': 'a', 'lib/run': '#!/bin/sh\n', 'lib/é/b.js': 'b'.repeat(10_000), empty: '' };

describe('unpackArchive', () => {
  it('writes the files, with modes by content whatever the umask, and answers their tree', async () => {
    const folder = await temporaryFolder();
    const { bytes, tree } = await packTree(await writeFiles(join(folder, 'in'), FILES));
    const before = process.umask(0o077);
    onTestFinished(() => void process.umask(before));
    expect(await unpackArchive(bytes, join(folder, 'new/out'))).toEqual(tree);
    process.umask(before);
    expect(await inspectTree(join(folder, 'new/out'), tree.files)).toEqual([]);
    expect((await stat(join(folder, 'new/out/lib/run'))).mode & 0o777).toBe(0o755);
  });

  it.each([
    ['tgz by GNU tar', 'a.tgz', 'tar', ['-czf', '../a.tgz', '.']],
    ['pax tgz by GNU tar', 'a.tgz', 'tar', ['--format=pax', '-czf', '../a.tgz', '.']],
    ['tar by GNU tar, with long names', 'a.tar', 'tar', ['--format=gnu', '-cf', '../a.tar', '.']],
    ['tgz by Python', 'a.tar.gz', 'python3', ['-c', "import shutil; shutil.make_archive('../a', 'gztar')"]],
    ['zip by Python', 'a.zip', 'python3', ['-c', "import shutil; shutil.make_archive('../a', 'zip')"]],
    [
      'tgz by git',
      'a.tgz',
      'sh',
      [
        '-c',
        'git init -q && git add . && git -c user.name=a -c user.email=b commit -qm c && git archive --format=tgz -o ../a.tgz HEAD && rm -r .git',
      ],
    ],
  ])('reads a %s', async (_name, file, command, args) => {
    const folder = await temporaryFolder();
    const dir = await writeFiles(join(folder, 'in'), {
      ...FILES,
      [`${'d'.repeat(90)}/${'n'.repeat(120)}.txt`]: 'long',
    });
    await run(command, args, { cwd: dir });
    const tree = await unpackArchive(await readFile(join(folder, file)), join(folder, 'out'));
    expect(tree).toEqual(await listTree(dir));
    expect(await listTree(join(folder, 'out'))).toEqual(tree);
  });

  it('reads stored and deflated zip entries, folders, data descriptors and an archive comment', async () => {
    const bytes = zipBytes(
      [
        { name: 'dir/', unixMode: 0o040755, method: 0 },
        { name: 'dir/stored', content: 'stored', method: 0 },
        { name: 'dir/deflated', content: 'deflated'.repeat(100) },
        { name: 'described', content: 'described', descriptor: true },
        { name: 'no-mode', content: '', unixMode: 0 },
      ],
      { comment: 'a comment' },
    );
    const tree = await unpackArchive(bytes, join(await temporaryFolder(), 'out'));
    expect(tree.files.map((file) => [file.path, file.size])).toEqual([
      ['described', 9],
      ['dir/deflated', 800],
      ['dir/stored', 6],
      ['no-mode', 0],
    ]);
  });

  it('reads an empty zip', async () => {
    expect((await unpackArchive(zipBytes([]), join(await temporaryFolder(), 'out'))).files).toEqual([]);
  });

  it('takes a global pax header with a comment, harmless pax records, and ./ in front', async () => {
    const bytes = tarBytes([
      { name: 'pax_global_header', type: 'g', content: paxRecord('comment', 'a commit') },
      { name: './', type: '5' },
      { name: 'P', type: 'x', content: paxRecord('mtime', '1.5') + paxRecord('LIBARCHIVE.xattr.user.x', 'y') },
      { name: './a', content: 'a' },
    ]);
    expect((await unpackArchive(bytes, join(await temporaryFolder(), 'out'))).files).toMatchObject([{ path: 'a' }]);
  });

  it('works on a view into a larger buffer', async () => {
    const folder = await temporaryFolder();
    const { bytes, tree } = await packTree(await writeFiles(join(folder, 'in'), FILES));
    const large = new Uint8Array(bytes.length + 20);
    large.set(bytes, 10);
    expect(await unpackArchive(large.subarray(10, -10), join(folder, 'out'))).toEqual(tree);
  });

  it('accepts gzip members one behind the other', async () => {
    const tar = tarBytes([{ name: 'a', content: 'a' }]);
    const bytes = Buffer.concat([gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700))]);
    expect((await unpackArchive(bytes, join(await temporaryFolder(), 'out'))).files).toHaveLength(1);
  });

  it('checks the integrity before it writes', async () => {
    const folder = await temporaryFolder();
    const { bytes, integrity, tree } = await packTree(await writeFiles(join(folder, 'in'), FILES));
    expect(await unpackArchive(bytes, join(folder, 'out'), { integrity })).toEqual(tree);
    const wrong = unpackArchive(bytes, join(folder, 'other'), { integrity: integrityOf(Buffer.from('x')) });
    await expect(wrong).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
    expect(await readdir(folder)).toEqual(['in', 'out']);
  });

  it('tells how far it has come', async () => {
    const folder = await temporaryFolder();
    const { bytes, tree } = await packTree(await writeFiles(join(folder, 'in'), FILES));
    const seen: UnpackProgress[] = [];
    await unpackArchive(bytes, join(folder, 'out'), { onProgress: (progress) => seen.push(progress) });
    expect(seen).toHaveLength(tree.files.length);
    expect(seen.at(-1)).toEqual({ files: tree.files.length, bytes: tree.bytes });
  });

  it.each([
    ['maxFiles', { maxFiles: 3 }],
    ['maxBytes', { maxBytes: 10_000 }],
    ['maxDepth', { maxDepth: 2 }],
    ['maxPathBytes', { maxPathBytes: 9 }],
  ])('takes %s as an option', async (_name, limits) => {
    const folder = await temporaryFolder();
    const { bytes } = await packTree(await writeFiles(join(folder, 'in'), FILES));
    await expect(unpackArchive(bytes, join(folder, 'out'), { limits })).rejects.toMatchObject({
      code: 'TREE_TOO_LARGE',
    });
  });

  it.each([
    ['tar', tarBytes([{ name: 'd/', type: '5' }, { name: 'e/', type: '5' }, { name: 'd/a' }, { name: 'd/b' }])],
    ['zip', zipBytes(['d/', 'e/', 'd/a', 'd/b'].map((name) => ({ name, method: 0, unixMode: 0 })))],
  ])('counts the folders listed in a %s as entries', async (_name, bytes) => {
    const folder = await temporaryFolder();
    const unpacking = unpackArchive(bytes, join(folder, 'out'), { limits: { maxFiles: 3 } });
    await expect(unpacking).rejects.toMatchObject({
      code: 'TREE_TOO_LARGE',
      message: expect.stringContaining('3 entries'),
    });
    await expect(unpackArchive(bytes, join(folder, 'out'), { limits: { maxFiles: 4 } })).resolves.toMatchObject({
      bytes: 0,
    });
  });

  it.each([
    ['tgz', gzipSync(tarBytes([{ name: 'zeros', content: Buffer.alloc(3_000_000) }]))],
    ['zip', zipBytes([{ name: 'zeros', content: Buffer.alloc(3_000_000) }])],
  ])('takes maxRatio as an option, for a %s', async (_name, bytes) => {
    const folder = await temporaryFolder();
    await expect(unpackArchive(bytes, join(folder, 'out'))).rejects.toMatchObject({ code: 'TREE_TOO_LARGE' });
    await expect(unpackArchive(bytes, join(folder, 'out'), { limits: { maxRatio: 1_100 } })).resolves.toMatchObject({
      bytes: 3_000_000,
    });
  });

  it('unpacks a large file without ever holding the whole of it', async () => {
    const folder = await temporaryFolder();
    const bomb = gzipSync(tarBytes([{ name: 'zeros', content: Buffer.alloc(90_000_000) }]));
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }, 1);
    onTestFinished(() => clearInterval(watch));
    await unpackArchive(bomb, join(folder, 'out'), { limits: { maxRatio: 2_000 } });
    expect(most - before).toBeLessThan(80_000_000);
  });
});

describe('the target of an unpacking', () => {
  const bytes = tarBytes([{ name: 'a', content: 'a' }]);

  it('may be an empty folder, which stays when unpacking fails', async () => {
    const target = await temporaryFolder();
    await expect(unpackArchive(tarBytes([{ name: '../a' }]), target)).rejects.toMatchObject({ code: 'TREE_UNSAFE' });
    expect(await readdir(target)).toEqual([]);
    expect((await unpackArchive(bytes, target)).files).toHaveLength(1);
  });

  it.each([
    ['a folder with something in it', (path: string) => writeFiles(path, { kept: 'kept' })],
    ['a file', (path: string) => writeFileSync(path, 'kept')],
    ['a link to an empty folder', (path: string) => symlink('../elsewhere', path)],
  ])('must not be %s', async (_name, make) => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'elsewhere'));
    await make(join(folder, 'target'));
    await expect(unpackArchive(bytes, join(folder, 'target'))).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY' });
    expect(await readdir(join(folder, 'elsewhere'))).toEqual([]);
  });

  it('is emptied of what was written when the signal is aborted midway, and of nothing else', async () => {
    const folder = await temporaryFolder();
    const files = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`d${index % 9}/f${index}`, `${index}`]),
    );
    const { bytes: many } = await packTree(await writeFiles(join(folder, 'in'), files));
    const controller = new AbortController();
    const reason = new Error('enough');
    const onProgress = (): void => {
      const made = readdirSync(join(folder, 'out')).find((name) => name.startsWith('d')) ?? '';
      writeFileSync(join(folder, 'out', made, 'not-ours'), '');
      controller.abort(reason);
    };
    const unpacking = unpackArchive(many, join(folder, 'out'), { signal: controller.signal, onProgress });
    await expect(unpacking).rejects.toBe(reason);
    const left = await readdir(join(folder, 'out'), { recursive: true });
    expect(left.filter((path) => path.endsWith('/not-ours')).length).toBeGreaterThan(0);
    expect(left.filter((path) => /\/f\d+$/.test(path))).toEqual([]);
  });

  it('never replaces a file that appeared meanwhile', async () => {
    const target = await temporaryFolder();
    const large = Buffer.alloc(1_200_000, 'x');
    const archive = tarBytes([{ name: 'first', content: large }, { name: 'second', content: 'ours' }]); // biome-ignore format: short
    const onProgress = (): void => writeFileSync(join(target, 'second'), 'theirs');
    await expect(unpackArchive(archive, target, { onProgress })).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readFile(join(target, 'second'), 'utf8')).toBe('theirs');
  });

  it('is named when it cannot be cleaned up', async () => {
    const target = await temporaryFolder();
    const controller = new AbortController();
    const reason = new Error('enough');
    const onProgress = (): void => {
      rmSync(join(target, 'a'));
      mkdirSync(join(target, 'a'));
      controller.abort(reason);
    };
    const unpacking = unpackArchive(bytes, target, { signal: controller.signal, onProgress });
    await expect(unpacking).rejects.toMatchObject({ code: 'CLEANUP_FAILED', cause: reason });
  });

  it('passes on what the file system refuses', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { file: '' });
    await expect(unpackArchive(bytes, join(folder, 'file/target'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    await chmod(folder, 0o700);
  });
});

describe('an aborted signal', () => {
  it.each([
    ['tgz', gzipSync(tarBytes([{ name: 'a' }]))],
    ['zip', zipBytes([{ name: 'a' }])],
  ])('stops the unpacking of a %s before it starts', async (_name, bytes) => {
    const target = join(await temporaryFolder(), 'out');
    const reason = new Error('enough');
    await expect(unpackArchive(bytes, target, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
