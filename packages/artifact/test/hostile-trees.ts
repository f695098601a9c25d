import { execFileSync } from 'node:child_process';
import { link, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { HOSTILE_NAMES } from './hostile-names.js';

/** A folder that must be refused whole. POSIX only. */
export interface HostileTree {
  /** The attack. */
  readonly name: string;
  /** The code it is refused with under the default limits. */
  readonly code: 'TREE_UNSAFE' | 'TREE_TOO_LARGE';
  /** True when only packing and copying refuse it. */
  readonly packingOnly?: boolean;
  /** Fills the existing folder `dir`, with a good file beside the hostile entry. */
  make(dir: string): Promise<void>;
}

/** Folders with one thing each that must be refused. */
export function hostileTrees(): HostileTree[] {
  const named = HOSTILE_NAMES.filter((name) => name.onDisk).map(({ attack, path, code }) =>
    tree(attack, code, (dir) => put(dir, path)),
  );
  return [...named, ...specialFiles(), ...links(), ...largeTrees(), ...clashes()];
}

function tree(name: string, code: HostileTree['code'], fill: (dir: string) => Promise<void>): HostileTree {
  const make = async (dir: string): Promise<void> => {
    await put(dir, 'good.txt');
    await fill(dir);
  };
  return { name, code, make };
}

function specialFiles(): HostileTree[] {
  return [
    tree('fifo', 'TREE_UNSAFE', async (dir) => {
      execFileSync('mkfifo', [join(dir, 'evil')]);
    }),
    tree('socket', 'TREE_UNSAFE', makeSocket),
    tree('name that is not UTF-8', 'TREE_UNSAFE', (dir) =>
      writeFile(Buffer.concat([Buffer.from(`${dir}/ev`), Buffer.from([0xe9])]), 'x'),
    ),
  ];
}

function links(): HostileTree[] {
  const hardLink = tree('hard link', 'TREE_UNSAFE', (dir) => link(join(dir, 'good.txt'), join(dir, 'evil')));
  return [
    tree('symlink to a file outside', 'TREE_UNSAFE', (dir) => symlink('/etc/passwd', join(dir, 'evil'))),
    tree('symlink to a folder outside', 'TREE_UNSAFE', (dir) => symlink('/etc', join(dir, 'evil'))),
    tree('symlink within the tree', 'TREE_UNSAFE', (dir) => symlink('good.txt', join(dir, 'evil'))),
    tree('symlink to itself', 'TREE_UNSAFE', (dir) => symlink('evil', join(dir, 'evil'))),
    tree('dangling symlink', 'TREE_UNSAFE', (dir) => symlink('nowhere', join(dir, 'evil'))),
    { ...hardLink, packingOnly: true },
  ];
}

function largeTrees(): HostileTree[] {
  return [
    tree('sparse file of 101 MiB', 'TREE_TOO_LARGE', async (dir) => {
      await put(dir, 'evil');
      await truncate(join(dir, 'evil'), 101 * 1_048_576);
    }),
    tree('10,001 files', 'TREE_TOO_LARGE', async (dir) => {
      for (let start = 0; start < 10_000; start += 500) {
        await Promise.all(Array.from({ length: 500 }, (_, index) => writeFile(join(dir, `f${start + index}`), '')));
      }
    }),
  ];
}

function clashes(): HostileTree[] {
  const pairs: readonly (readonly [string, string, string])[] = [
    ['two names that differ by case', 'Readme.md', 'README.MD'],
    ['two folders that differ by case', 'Lib/a.js', 'lib/b.js'],
    ['sharp s and its capitals', 'straße', 'STRASSE'],
  ];
  return pairs.map(([attack, first, second]) =>
    tree(attack, 'TREE_UNSAFE', async (dir) => {
      await put(dir, first);
      await put(dir, second);
    }),
  );
}

async function put(dir: string, path: string): Promise<void> {
  await mkdir(dirname(join(dir, path)), { recursive: true });
  await writeFile(join(dir, path), 'x');
}

/** The socket's file is moved out of the way of the server's own clean-up, so that it stays. */
async function makeSocket(dir: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(dir, 's'), resolve));
  execFileSync('mv', [join(dir, 's'), join(dir, 'evil')]);
  await new Promise((resolve) => server.close(resolve));
}
