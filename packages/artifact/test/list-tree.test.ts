import { renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { link, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { listTree } from '@agentmesh/artifact';
import { describe, expect, it } from 'vitest';
import { betweenSteps } from './between-steps.js';
import { temporaryFolder } from './temporary-folder.js';
import { writeFiles } from './write-files.js';

describe('listTree', () => {
  it('tells path, size, sha256 and whether a file begins with #!', async () => {
    const dir = await writeFiles(await temporaryFolder(), { run: '#!/bin/sh\n', 'lib/a.js': 'abc', '#': '#' });
    expect(await listTree(dir)).toMatchObject({
      bytes: 14,
      files: [
        { path: '#', size: 1, executable: false },
        {
          path: 'lib/a.js',
          size: 3,
          sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
          executable: false,
        },
        { path: 'run', size: 10, executable: true },
      ],
    });
  });

  it('leaves nothing out of an installed tree', async () => {
    const dir = await writeFiles(await temporaryFolder(), {
      'node_modules/x.js': '',
      '.agentmeshignore': '*\n',
      'a.pyc': '',
    });
    expect((await listTree(dir)).files.map((file) => file.path)).toEqual([
      '.agentmeshignore',
      'a.pyc',
      'node_modules/x.js',
    ]);
  });

  it('reads files larger than one read', async () => {
    const dir = await writeFiles(await temporaryFolder(), {
      two: Buffer.alloc(2_097_152),
      odd: Buffer.alloc(1_048_577),
    });
    expect((await listTree(dir)).files).toMatchObject([
      { path: 'odd', size: 1_048_577, sha256: '2cb74edba754a81d121c9db6833704a8e7d417e5b13d1a19f4a52f007d644264' },
      { path: 'two', size: 2_097_152, sha256: '5647f05ec18958947d32874eeb788fa396a05d0bab7c1b71f112ceb7e9b31eee' },
    ]);
  });

  it('accepts hard links in an installed tree and refuses them for packing', async () => {
    const dir = await writeFiles(await temporaryFolder(), { a: 'a' });
    await link(join(dir, 'a'), join(dir, 'b'));
    expect((await listTree(dir)).files).toHaveLength(2);
    await expect(listTree(dir, { view: 'packing' })).rejects.toMatchObject({ code: 'TREE_UNSAFE' });
  });

  it('names the path and the reason of a refusal, with escape sequences made harmless', async () => {
    const dir = await writeFiles(await temporaryFolder(), { 'sub/a\u001b[31mb': '' });
    await expect(listTree(dir)).rejects.toThrow('Refused sub/a\\u001b[31mb: the name holds a control character');
  });

  it('stops at once when the signal was aborted before, with its reason', async () => {
    const reason = new Error('enough');
    await expect(listTree('/nowhere', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('the root of a tree', () => {
  it('must exist', async () => {
    const dir = await temporaryFolder();
    await expect(listTree(join(dir, 'nowhere'))).rejects.toMatchObject({ code: 'TREE_NOT_FOUND' });
  });

  it('must be a folder', async () => {
    const dir = await writeFiles(await temporaryFolder(), { file: '' });
    await expect(listTree(join(dir, 'file'))).rejects.toMatchObject({ code: 'TREE_NOT_FOUND' });
    await expect(listTree(join(dir, 'file/below'))).rejects.toMatchObject({ code: 'TREE_NOT_FOUND' });
  });

  it.each(['', '/', '/.'])('must not be a link (written with %j behind it)', async (suffix) => {
    const dir = await temporaryFolder();
    await mkdir(join(dir, 'real'));
    await symlink('real', join(dir, 'link'));
    await expect(listTree(`${dir}/link${suffix}`)).rejects.toMatchObject({ code: 'TREE_UNSAFE' });
  });
});

describe('every limit is an option', () => {
  it.each([
    ['maxFiles', { maxFiles: 2 }, 3],
    ['maxFiles, of folders', { maxFiles: 0 }, 0],
    ['maxBytes', { maxBytes: 5 }, 3],
    ['maxDepth', { maxDepth: 1 }, 0],
    ['maxPathBytes', { maxPathBytes: 2 }, 0],
    ['a limit that is no number', { maxBytes: Number.NaN }, 1],
  ])('%s', async (_name, limits, files) => {
    const dir = await temporaryFolder();
    await mkdir(join(dir, 'd/d'), { recursive: true });
    await writeFiles(dir, Object.fromEntries(Array.from({ length: files }, (_, index) => [`${index}`, 'ab'])));
    await expect(listTree(dir, { limits })).rejects.toMatchObject({ code: 'TREE_TOO_LARGE' });
    await expect(listTree(dir)).resolves.toMatchObject({ bytes: files * 2 });
  });

  it('accepts a tree that is exactly at its limits', async () => {
    const dir = await writeFiles(await temporaryFolder(), { 'a/b': 'ab', 'a/c': 'c' });
    const limits = { maxFiles: 2, maxBytes: 3, maxDepth: 2, maxPathBytes: 3 };
    await expect(listTree(dir, { limits })).resolves.toMatchObject({ bytes: 3 });
  });
});

describe('a tree that changes while it is read is refused', () => {
  it('a file replaced by a link after it was listed', async () => {
    const dir = await writeFiles(await temporaryFolder(), { file: 'x' });
    const signal = betweenSteps('readTreeFile', () => {
      renameSync(join(dir, 'file'), join(dir, '..', 'moved'));
      symlinkSync('/etc/passwd', join(dir, 'file'));
    });
    await expect(listTree(dir, { signal })).rejects.toThrow('Refused file: it is a symbolic link');
  });

  it('a folder replaced by a link to a folder with the same names', async () => {
    const folder = await temporaryFolder();
    const dir = await writeFiles(join(folder, 'tree'), { 'sub/file': 'x' });
    await writeFiles(join(folder, 'outside'), { file: 'x' });
    const signal = betweenSteps('readTreeFile', () => {
      renameSync(join(dir, 'sub'), join(folder, 'moved'));
      symlinkSync(join(folder, 'outside'), join(dir, 'sub'));
    });
    await expect(listTree(dir, { signal })).rejects.toThrow(/^Refused sub(?:\/file)?: .*replaced while it was read/);
  });

  it.runIf(process.platform === 'linux')(
    'a folder that is a link for just the moment of opening, and itself again',
    async () => {
      const folder = await temporaryFolder();
      const dir = await writeFiles(join(folder, 'tree'), { 'sub/file': 'x' });
      await writeFiles(join(folder, 'outside'), { file: 's' });
      const steps = [
        () => {
          renameSync(join(dir, 'sub'), join(folder, 'moved'));
          symlinkSync(join(folder, 'outside'), join(dir, 'sub'));
        },
        () => {
          unlinkSync(join(dir, 'sub'));
          renameSync(join(folder, 'moved'), join(dir, 'sub'));
        },
      ];
      const { signal } = new AbortController();
      signal.throwIfAborted = () => {
        if (/readTreeFile|readContent/.test(new Error('stack').stack ?? '')) steps.shift()?.();
      };
      await expect(listTree(dir, { signal })).rejects.toThrow(
        'Refused sub/file: a folder above it was replaced while it was read',
      );
    },
  );

  it('a folder replaced by another folder', async () => {
    const folder = await temporaryFolder();
    const dir = await writeFiles(join(folder, 'tree'), { 'sub/file': 'x' });
    await writeFiles(join(folder, 'outside'), { file: 'x' });
    const signal = betweenSteps('readTreeFile', () => {
      renameSync(join(dir, 'sub'), join(folder, 'moved'));
      renameSync(join(folder, 'outside'), join(dir, 'sub'));
    });
    await expect(listTree(dir, { signal })).rejects.toThrow('Refused sub: the folder was replaced while it was read');
  });

  it('a file that yields more than its size', async () => {
    // The kernel states a size of 0 for these files.
    await expect(listTree('/proc/sys/kernel/random')).rejects.toThrow('its size changed while it was read');
  });
});
