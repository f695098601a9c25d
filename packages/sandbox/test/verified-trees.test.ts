import { cp, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isUntouched, stampTree } from '../src/stamp-tree.js';
import { VerifiedTrees } from '../src/verified-trees.js';
import { freshFolder, installPlugin } from './box.js';

const FILES = { 'index.js': 'exports.run = () => 1;', 'lib/a.js': 'exports.n = 1;' };
const settled = () => new Promise((resolve) => setTimeout(resolve, 150));

describe('a tree that was verified', () => {
  it('is not read again while nothing was touched', async () => {
    const pluginsDir = await freshFolder();
    const name = await installPlugin(pluginsDir, { files: FILES });
    const trees = new VerifiedTrees();
    const first = await trees.verify(name, pluginsDir);
    expect(await trees.verify(name, pluginsDir)).not.toBe(first);
    await settled();
    const second = await trees.verify(name, pluginsDir);
    expect(await trees.verify(name, pluginsDir)).toBe(second);
  });

  it.each<[string, (root: string) => Promise<unknown>]>([
    ['a changed file', (root) => writeFile(join(root, 'lib/a.js'), 'exports.n = 2;')],
    ['a changed file with its old times', (root) => changeKeepingTimes(join(root, 'lib/a.js'))],
    ['an added file', (root) => writeFile(join(root, 'lib/b.js'), '')],
    ['a removed file', (root) => rm(join(root, 'lib/a.js'))],
    [
      'a link in place of a file',
      (root) => rm(join(root, 'index.js')).then(() => symlink('/etc/hostname', join(root, 'index.js'))),
    ],
    [
      'a file moved over another',
      (root) => writeFile(`${root}.new`, 'exports.n = 2;').then(() => rename(`${root}.new`, join(root, 'lib/a.js'))),
    ],
    ['a folder in place of another', (root) => swapFolder(root)],
    ['another plugin folder in its place', (root) => replaceRoot(root)],
  ])('is read again, and refused, after %s', async (_, tamper) => {
    const pluginsDir = await freshFolder();
    const name = await installPlugin(pluginsDir, { files: FILES });
    const root = join(pluginsDir, name);
    const trees = new VerifiedTrees();
    await settled();
    await trees.verify(name, pluginsDir);
    await tamper(root);
    await expect(trees.verify(name, pluginsDir)).rejects.toMatchObject({ code: expect.stringMatching(/^TREE_/) });
    await settled();
    await expect(trees.verify(name, pluginsDir)).rejects.toMatchObject({ code: expect.stringMatching(/^TREE_/) });
  });

  it('just changed has no stamp yet, nor has one that is large or gone', async () => {
    const folder = await freshFolder();
    expect(stampTree(folder)).toBeUndefined();
    await settled();
    const stamp = stampTree(folder);
    expect(stamp !== undefined && isUntouched(stamp, folder)).toBe(true);
    for (let n = 0; n < 300; n += 1) await writeFile(join(folder, `${n}`), '');
    await settled();
    expect(stampTree(folder)).toBeUndefined();
    expect(stampTree(join(folder, 'gone'))).toBeUndefined();
  });
});

async function changeKeepingTimes(path: string): Promise<void> {
  const { stat } = await import('node:fs/promises');
  const { atime, mtime } = await stat(path);
  await writeFile(path, 'exports.n = 2;');
  await utimes(path, atime, mtime);
}

async function replaceRoot(root: string): Promise<void> {
  await cp(root, `${root}-other`, { recursive: true, preserveTimestamps: true });
  await writeFile(join(`${root}-other`, 'lib/a.js'), 'exports.n = 2;');
  await rename(root, `${root}-old`);
  await symlink(`${root}-other`, root);
}

async function swapFolder(root: string): Promise<void> {
  await rename(join(root, 'lib'), `${root}-old`);
  await mkdir(join(root, 'lib'));
  await writeFile(join(root, 'lib/a.js'), 'exports.n = 2;');
}
