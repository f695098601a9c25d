import { execFileSync } from 'node:child_process';
import { lstatSync, rmSync } from 'node:fs';
import { appendFile, chmod, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareTrees, inspectTree, listTree, type TreeFile } from '@agentmesh/artifact';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary-folder.js';
import { writeFiles } from './write-files.js';

interface Installed {
  readonly dir: string;
  readonly files: readonly TreeFile[];
}

async function install(): Promise<Installed> {
  const dir = await writeFiles(join(await temporaryFolder(), 'plugin'), {
    'agent-plugin.yaml': 'name: x\n',
    'index.js': 'export {};\n',
    'lib/a.js': 'a',
    'lib/deep/b.js': 'b',
    'run.sh': '#!/bin/sh\n',
  });
  for (const path of ['agent-plugin.yaml', 'index.js', 'lib/a.js', 'lib/deep/b.js'])
    await chmod(join(dir, path), 0o644);
  await chmod(join(dir, 'run.sh'), 0o755);
  return { dir, files: (await listTree(dir)).files };
}

describe('inspectTree', () => {
  it('finds nothing in a tree that is what it was', async () => {
    const { dir, files } = await install();
    await mkdir(join(dir, 'empty'));
    expect(await inspectTree(dir, files)).toEqual([]);
  });

  it.each<[string, (dir: string) => Promise<unknown>, readonly (readonly [string, string])[]]>([
    ['a flipped bit', (dir) => writeFile(join(dir, 'lib/a.js'), '`'), [['lib/a.js', 'changed']]],
    [
      'a changed manifest',
      (dir) => writeFile(join(dir, 'agent-plugin.yaml'), 'name: y\n'),
      [['agent-plugin.yaml', 'changed']],
    ],
    ['a longer file', (dir) => appendFile(join(dir, 'index.js'), ' '), [['index.js', 'changed']]],
    ['an endless file', (dir) => truncate(join(dir, 'index.js'), 2 ** 40), [['index.js', 'changed']]],
    ['a removed file', (dir) => rm(join(dir, 'index.js')), [['index.js', 'missing']]],
    ['a removed folder', (dir) => rm(join(dir, 'lib/deep'), { recursive: true }), [['lib/deep/b.js', 'missing']]],
    [
      'an added file',
      (dir) => writeFiles(dir, { 'node_modules/x/index.js': '', 'z.pyc': '' }),
      [
        ['node_modules/x/index.js', 'added'],
        ['z.pyc', 'added'],
      ],
    ],
    ['another mode', (dir) => chmod(join(dir, 'index.js'), 0o4644), [['index.js', 'mode']]],
    ['a script that cannot run', (dir) => chmod(join(dir, 'run.sh'), 0o644), [['run.sh', 'mode']]],
    ['an added link', (dir) => symlink('index.js', join(dir, 'link')), [['link', 'link']]],
    ['an added fifo', async (dir) => execFileSync('mkfifo', [join(dir, 'lib/fifo')]), [['lib/fifo', 'special']]],
    ['a name with a newline', (dir) => writeFile(join(dir, 'a\nb'), ''), [['a\nb', 'added']]],
    ['a folder with a name that is refused', (dir) => writeFiles(dir, { 'nul/x': '' }), [['nul', 'added']]],
    [
      'a folder where a file should be',
      async (dir) => {
        await rm(join(dir, 'index.js'));
        await writeFiles(dir, { 'index.js/inside': '' });
      },
      [
        ['index.js', 'special'],
        ['index.js/inside', 'added'],
      ],
    ],
    [
      'a file where a folder should be',
      async (dir) => {
        await rm(join(dir, 'lib/deep'), { recursive: true });
        await writeFile(join(dir, 'lib/deep'), '');
      },
      [
        ['lib/deep', 'special'],
        ['lib/deep/b.js', 'missing'],
      ],
    ],
    [
      'a fifo where a file should be',
      async (dir) => {
        await rm(join(dir, 'index.js'));
        execFileSync('mkfifo', [join(dir, 'index.js')]);
      },
      [['index.js', 'special']],
    ],
    [
      'a file replaced by a link to its twin',
      async (dir) => {
        await rename(join(dir, 'index.js'), join(dir, '../twin.js'));
        await symlink('../twin.js', join(dir, 'index.js'));
      },
      [['index.js', 'link']],
    ],
    [
      'a folder replaced by a link to its twin',
      async (dir) => {
        await rename(join(dir, 'lib'), join(dir, '../twin'));
        await symlink('../twin', join(dir, 'lib'));
      },
      [
        ['lib', 'link'],
        ['lib/a.js', 'missing'],
        ['lib/deep/b.js', 'missing'],
      ],
    ],
  ])('names %s', async (_name, tamper, expected) => {
    const { dir, files } = await install();
    await tamper(dir);
    expect(await inspectTree(dir, files)).toEqual(expected.map(([path, kind]) => ({ path, kind })));
  });

  it('tells every file as missing when the root is gone or a link', async () => {
    const { dir, files } = await install();
    await rename(dir, `${dir}-moved`);
    const missing = files.map(({ path }) => ({ path, kind: 'missing' }));
    expect(await inspectTree(dir, files)).toEqual(missing);
    await symlink(`${dir}-moved`, dir);
    expect(await inspectTree(`${dir}/`, files)).toEqual([{ path: '.', kind: 'link' }, ...missing]);
  });

  it('tells a file that vanishes while it is looked at as missing', async () => {
    const { dir, files } = await install();
    const differences = await inspectTree(dir, files, { onFile: () => rmSync(dir, { recursive: true, force: true }) });
    expect(differences.map(({ kind }) => kind)).toContain('missing');
  });

  it('looks at no more than maxFiles entries beyond the list', async () => {
    const { dir, files } = await install();
    await writeFiles(dir, Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`added/${index}`, ''])));
    const differences = await inspectTree(dir, files, { limits: { maxFiles: 50 } });
    expect(differences.length).toBeGreaterThan(10);
    expect(differences.length).toBeLessThanOrEqual(50);
  });

  it('expects read-only files where told so', async () => {
    const { dir, files } = await install();
    const modes = files.map(({ path }) => ({ path, kind: 'mode' }));
    expect(await inspectTree(dir, files, { readOnly: true })).toEqual(modes);
    for (const { path, executable } of files) await chmod(join(dir, path), executable ? 0o555 : 0o444);
    expect(await inspectTree(dir, files, { readOnly: true })).toEqual([]);
    expect(await inspectTree(dir, files)).toEqual(modes);
  });

  it('tells the state of every sound file and folder', async () => {
    const { dir, files } = await install();
    await writeFile(join(dir, 'lib/a.js'), '`');
    const told = new Map<string, bigint>();
    const note = (path: string, stats: { readonly ctimeNs: bigint }) => void told.set(path, stats.ctimeNs);
    await inspectTree(dir, files, { onFile: note, onFolder: note });
    const sound = ['', 'agent-plugin.yaml', 'index.js', 'lib', 'lib/deep', 'lib/deep/b.js', 'run.sh'];
    expect([...told.keys()].sort()).toEqual(sound);
    for (const path of sound) expect(told.get(path)).toBe(lstatSync(join(dir, path), { bigint: true }).ctimeNs);
  });

  it('lets others run while it reads', async () => {
    const { dir } = await install();
    await writeFiles(
      dir,
      Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`big/${at}`, Buffer.alloc(1_500_000, at)])),
    );
    const { files } = await listTree(dir);
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    const differences = await inspectTree(dir, files);
    clearInterval(timer);
    expect(differences.filter(({ kind }) => kind !== 'mode')).toEqual([]);
    expect(turns).toBeGreaterThan(1);
  });

  it('stops when aborted', async () => {
    const { dir, files } = await install();
    const reason = new Error('enough');
    await expect(inspectTree(dir, files, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('compareTrees', () => {
  const file = (path: string, sha256 = 'a', executable = false): TreeFile => ({ path, size: 1, sha256, executable });

  it('names changed, added and missing files and modes, in byte order', () => {
    const expected = [file('same'), file('z'), file('mode'), file('gone')];
    const actual = [file('z', 'b'), file('same'), file('mode', 'a', true), file('new')];
    expect(compareTrees(expected, actual)).toEqual([
      { path: 'gone', kind: 'missing' },
      { path: 'mode', kind: 'mode' },
      { path: 'new', kind: 'added' },
      { path: 'z', kind: 'changed' },
    ]);
    expect(compareTrees(actual, actual)).toEqual([]);
  });
});
