import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assertReadable } from '../src/drivers/assert-readable.js';
import { readElf } from '../src/drivers/elf.js';
import { findLibraries } from '../src/drivers/find-libraries.js';
import { guestUser } from '../src/drivers/guest-user.js';
import { createPlacement } from '../src/drivers/placement.js';
import { createCallProbe } from '../src/isolation/call-probe.js';
import { freshFolder } from './box.js';

const MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };
const onLinux = describe.runIf(process.platform === 'linux' && process.arch in MACHINES);

async function fileWith(bytes: Uint8Array): Promise<string> {
  const path = join(await freshFolder(), 'file');
  await writeFile(path, bytes);
  return path;
}

/** A copy of the running Node's first bytes with a change. */
async function damaged(change: (bytes: Buffer) => void): Promise<string> {
  const bytes = Buffer.from(createCallProbe('x64', [{ number: 39, args: [] }]));
  change(bytes);
  return fileWith(bytes);
}

onLinux('what a binary needs', () => {
  it('is read from its own headers', () => {
    const elf = readElf(process.execPath);
    expect(elf?.machine).toBe(MACHINES[process.arch]);
    expect(elf?.interpreter).toMatch(/^\/.*ld-/);
    expect(elf?.needed).toContain('libc.so.6');
  });

  it('is nothing for a file that is no binary', async () => {
    for (const content of ['', '#!/bin/sh\n', '\u007fELF', 'x'.repeat(4096)]) {
      const path = await fileWith(Buffer.from(content, 'latin1'));
      expect(readElf(path)).toBe(undefined);
      expect(findLibraries(path).size).toBe(0);
    }
    expect(readElf('/nowhere')).toBe(undefined);
    expect(readElf('/')).toBe(undefined);
  });

  it('is nothing for a binary that loads nothing', async () => {
    expect(readElf(await damaged(() => undefined))).toEqual({
      machine: 62,
      interpreter: undefined,
      needed: [],
      runPath: [],
    });
  });

  it.each<[string, (bytes: Buffer) => void]>([
    ['another word size', (bytes) => bytes.writeUInt8(1, 4)],
    ['another byte order', (bytes) => bytes.writeUInt8(2, 5)],
    ['65,535 segments', (bytes) => bytes.writeUInt16LE(65_535, 56)],
    ['a segment table beyond its end', (bytes) => bytes.writeBigUInt64LE(1n << 40n, 32)],
    ['a segment table at no address that a number can hold', (bytes) => bytes.writeBigUInt64LE(2n ** 63n, 32)],
    [
      'a dynamic section of 2^60 bytes',
      (bytes) => {
        bytes.writeUInt32LE(2, 64);
        bytes.writeBigUInt64LE(1n << 52n, 64 + 32);
      },
    ],
    [
      'names that are nowhere',
      (bytes) => {
        bytes.writeUInt32LE(2, 64);
        bytes.writeBigUInt64LE(232n, 64 + 8);
        bytes.writeBigUInt64LE(16n, 64 + 32);
        bytes.writeBigInt64LE(5n, 232);
        bytes.writeBigUInt64LE(0x7f0000000000n, 240);
      },
    ],
    [
      'a loader without an end to its name',
      (bytes) => {
        bytes.writeUInt32LE(3, 64);
        bytes.writeBigUInt64LE(4n, 64 + 32);
      },
    ],
  ])('is nothing for a damaged binary: %s', async (_, change) => {
    expect(readElf(await damaged(change))).toBe(undefined);
  });

  it('is the loader and every library, each where the loader looks', () => {
    const libraries = findLibraries(process.execPath);
    const names = [...libraries.keys()].map((path) => basename(path));
    expect(names).toEqual(expect.arrayContaining(['libc.so.6', 'libm.so.6', 'libstdc++.so.6']));
    const elf = readElf(process.execPath);
    expect([...libraries.keys()]).toContain(elf?.interpreter);
    const folders = new Set(
      [...libraries.keys()].filter((path) => path !== elf?.interpreter).map((path) => dirname(path)),
    );
    expect(folders.size).toBe(1);
    for (const host of libraries.values()) expect(readElf(host)?.machine).toBe(elf?.machine);
  });

  it('may be where an administrator said', async () => {
    const folder = await freshFolder();
    await mkdir(join(folder, 'conf.d'));
    await mkdir(join(folder, 'libs'));
    await writeFile(join(folder, 'ld.so.conf'), '# of this test\ninclude conf.d/*.conf\ninclude nowhere/*.conf\n');
    await writeFile(join(folder, 'conf.d', 'a.conf'), `include ${join(folder, 'ld.so.conf')}\n`);
    await writeFile(join(folder, 'conf.d', 'b.conf'), `${join(folder, 'libs')} # a folder\n`);
    await writeFile(join(folder, 'conf.d', 'ignored'), '/etc\n');
    const shell = await readFile('/bin/sh');
    const other = Buffer.from(shell.toString('latin1').replaceAll('libc.so.6', 'libq.so.6'), 'latin1');
    await writeFile(join(folder, 'shell'), other);
    const library = [...findLibraries('/bin/sh')].find(([path]) => basename(path) === 'libc.so.6')?.[1] ?? '';
    await copyFile(library, join(folder, 'libs', 'libq.so.6'));
    expect(readElf(join(folder, 'shell'))?.needed).toEqual(['libq.so.6']);
    const names = (config?: string): string[] =>
      [...findLibraries(join(folder, 'shell'), config).values()].filter((path) => path.startsWith(folder));
    expect(names(join(folder, 'ld.so.conf'))).toEqual([join(folder, 'libs', 'libq.so.6')]);
    expect(names()).toEqual([]);
  });

  it('is never one for another processor', async () => {
    const folder = await freshFolder();
    const library = [...findLibraries('/bin/sh')].find(([path]) => basename(path) === 'libc.so.6')?.[1] ?? '';
    const bytes = await readFile(library);
    bytes.writeUInt16LE(40, 18);
    const shell = Buffer.from(
      (await readFile('/bin/sh')).toString('latin1').replaceAll('libc.so.6', 'libr.so.6'),
      'latin1',
    );
    await writeFile(join(folder, 'libr.so.6'), bytes);
    await writeFile(join(folder, 'shell'), shell);
    await writeFile(join(folder, 'ld.so.conf'), folder);
    expect(
      [...findLibraries(join(folder, 'shell'), join(folder, 'ld.so.conf')).keys()].map((path) => basename(path)),
    ).not.toContain('libr.so.6');
  });
});

onLinux('what is placed into a box', () => {
  it('is there with its libraries, sorted, by its real path', async () => {
    const { place, binds } = createPlacement();
    expect(place('/bin/sh', '/agentmesh/shell')).toBe('/agentmesh/shell');
    const all = binds();
    expect(all.map(({ inside }) => inside)).toEqual(all.map(({ inside }) => inside).toSorted());
    expect(all.map(({ inside }) => basename(inside))).toEqual(expect.arrayContaining(['shell', 'libc.so.6']));
    expect(
      all.every(({ host }) => host.startsWith('/usr/') || host.startsWith('/lib') || host.startsWith('/bin')),
    ).toBe(true);
  });

  it('brings the libraries of modules in a folder', async () => {
    const folder = await freshFolder();
    await mkdir(join(folder, 'modules'));
    await copyFile('/bin/sh', join(folder, 'modules', 'one.cpython-311.so'));
    await writeFile(join(folder, 'modules', 'two.so'), 'no binary');
    const { place, binds } = createPlacement();
    place(folder, '/agentmesh/library');
    expect(binds().map(({ inside }) => basename(inside))).toContain('libc.so.6');
  });

  it('must be there', () => {
    expect(() => createPlacement().place('/nowhere', '/agentmesh/nowhere')).toThrow('ENOENT');
  });
});

describe.runIf(process.platform !== 'win32')('what root puts into a box', () => {
  it('must be readable for others', async () => {
    const folder = await freshFolder();
    await chmod(folder, 0o755);
    const file = join(folder, 'file');
    await writeFile(file, '');
    await chmod(file, 0o644);
    const bind = [{ host: file, inside: '/x' }];
    expect(() => assertReadable(bind, 0)).not.toThrow();
    await chmod(file, 0o600);
    expect(() => assertReadable(bind, 0)).toThrow(`${file} is closed`);
    await chmod(file, 0o644);
    await chmod(folder, 0o700);
    expect(() => assertReadable(bind, 0)).toThrow(`${folder} is closed`);
    expect(() => assertReadable([{ host: folder, inside: '/x' }], 0)).toThrow('closed to other users than root');
    expect(() => assertReadable(bind, 1000)).not.toThrow();
  });
});

describe('the user of a guest', () => {
  const isRoot = process.geteuid?.() === 0;

  it.runIf(isRoot)('is another one for each guest of a host that is root', () => {
    const users = new Set(Array.from({ length: 1000 }, () => guestUser('0 0 4294967295')));
    expect(users.size).toBe(1000);
    for (const user of users) expect(user).toBeGreaterThanOrEqual(0x70000000);
    expect(Math.max(...[...users].map(Number))).toBeLessThanOrEqual(0x7fffffff);
  });

  it.runIf(isRoot)('is one that a small container knows', () => {
    const user = guestUser('         0     100000      65536\n');
    expect(user).toBeGreaterThan(60_000);
    expect(user).toBeLessThan(65_534);
  });

  it.runIf(isRoot)('is nobody where there is no second one', () => {
    expect(guestUser('0 1000 1')).toBe(undefined);
    expect(guestUser('')).toBe(undefined);
  });

  it('is the one of a host that is not root', () => {
    expect(guestUser('0 0 4294967295') === undefined).toBe(!isRoot);
  });
});
