import { symlinkSync } from 'node:fs';
import { chmod, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyTree, inspectTree, listTree } from '@agentmesh/artifact';
import { describe, expect, it } from 'vitest';
import { betweenSteps } from './between-steps.js';
import { temporaryFolder } from './temporary-folder.js';
import { writeFiles } from './write-files.js';

const FILES = {
  'a.txt': 'a',
  'lib/run': '#!/bin/sh\n',
  'lib/deep/b.js': 'b',
  large: Buffer.alloc(2_500_000, 'l'),
  'x.pyc': '',
};

describe('copyTree', () => {
  it('copies everything, with modes by content, and answers the tree of the copy', async () => {
    const folder = await temporaryFolder();
    const source = await writeFiles(join(folder, 'in'), FILES);
    await chmod(join(source, 'a.txt'), 0o4777);
    const tree = await copyTree(source, join(folder, 'made/out'));
    expect(tree).toEqual(await listTree(source));
    expect(await inspectTree(join(folder, 'made/out'), tree.files)).toEqual([]);
  });

  it('leaves out what packing leaves out when asked', async () => {
    const folder = await temporaryFolder();
    const source = await writeFiles(join(folder, 'in'), { ...FILES, '.agentmeshignore': 'lib/\n' });
    const tree = await copyTree(source, join(folder, 'out'), { view: 'packing' });
    expect(tree.files.map((file) => file.path)).toEqual(['a.txt', 'large']);
  });

  it('may copy into its own source, which is listed before', async () => {
    const source = await writeFiles(await temporaryFolder(), FILES);
    const tree = await copyTree(source, join(source, 'copy'));
    expect(tree.files).toHaveLength(5);
  });

  it('refuses a target with something in it', async () => {
    const folder = await temporaryFolder();
    const source = await writeFiles(join(folder, 'in'), FILES);
    await expect(copyTree(source, source)).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY' });
  });

  it('does not follow a link that took a file’s place, and removes what it wrote', async () => {
    const folder = await temporaryFolder();
    const source = await writeFiles(join(folder, 'in'), { a: 'a', 'z/z': 'z' });
    const signal = betweenSteps('readTreeFile', () => {
      symlinkSync('/etc/passwd', join(source, 'z/link'));
      symlinkSync('/etc', join(folder, 'etc'));
    });
    await rm(join(source, 'z/z'));
    symlinkSync('a', join(source, 'z/z'));
    await expect(copyTree(source, join(folder, 'out'), { signal })).rejects.toMatchObject({ code: 'TREE_UNSAFE' });
    expect(await readdir(folder)).toEqual(['in']);
  });

  it('stops when aborted and removes what it wrote', async () => {
    const folder = await temporaryFolder();
    const files = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`d${index % 5}/${index}`, `${index}`]));
    const source = await writeFiles(join(folder, 'in'), files);
    const controller = new AbortController();
    const reason = new Error('enough');
    const { signal } = controller;
    let checks = 0;
    const check = signal.throwIfAborted.bind(signal);
    signal.throwIfAborted = () => {
      checks += 1;
      if (checks === 80) controller.abort(reason);
      check();
    };
    await expect(copyTree(source, join(folder, 'deep/out'), { signal })).rejects.toBe(reason);
    expect(await readdir(folder)).toEqual(['in']);
    expect(await readFile(join(source, 'd0/0'), 'utf8')).toBe('0');
  });
});
