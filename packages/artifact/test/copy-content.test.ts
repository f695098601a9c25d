import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, link, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CopyMethod, copyContent } from '@agentmesh/artifact';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.js';

const METHODS = ['copy', 'reflink', 'hardlink'] as const;
const contentOf = (bytes: Uint8Array) => ({
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

async function place(bytes: Uint8Array): Promise<{ readonly from: string; readonly to: string; readonly dir: string }> {
  const dir = await temporaryFolder();
  const from = join(dir, 'from');
  await writeFile(from, bytes, { mode: 0o444 });
  return { dir, from, to: join(dir, 'to') };
}

describe('copyContent', () => {
  it.each(METHODS.flatMap((method) => [0, 5, 1_048_576, 2_500_000].map((size) => [method, size] as const)))(
    'brings a file by %s, %i bytes',
    async (method, size) => {
      const bytes = Buffer.alloc(size, 'x');
      const { from, to } = await place(bytes);
      const done = await copyContent({ from, to, content: contentOf(bytes), mode: 0o644, method });
      expect(done).toBe(true);
      expect(await readFile(to)).toEqual(bytes);
      expect((await lstat(to)).mode & 0o777).toBe(method === 'hardlink' ? 0o444 : 0o644);
      expect((await lstat(to)).ino === (await lstat(from)).ino).toBe(method === 'hardlink');
    },
  );

  it.each(METHODS)('by %s leaves nothing behind when the source was tampered with', async (method) => {
    for (const size of [5, 2_500_000]) {
      const bytes = Buffer.alloc(size, 'x');
      const { dir, from, to } = await place(bytes);
      const content = contentOf(bytes);
      await chmod(from, 0o644);
      const tampered = Buffer.from(bytes);
      tampered[size - 1] = 0;
      for (const wrong of [tampered, Buffer.alloc(size - 1, 'x'), Buffer.alloc(size + 1, 'x')]) {
        await writeFile(from, wrong);
        expect(await copyContent({ from, to, content, mode: 0o644, method })).toBe(false);
        expect(await readdir(dir)).toEqual(['from']);
      }
    }
  });

  it.each<[string, (path: string) => Promise<unknown> | unknown]>([
    ['nothing', () => undefined],
    [
      'a link to the right bytes',
      (path) => writeFile(`${path}.real`, 'right').then(() => symlink(`${path}.real`, path)),
    ],
    ['a folder', (path) => mkdir(path)],
    ['a fifo that nobody writes to', (path) => execFileSync('mkfifo', [path])],
  ])('refuses %s as source', async (_what, make) => {
    for (const method of METHODS) {
      const dir = await temporaryFolder();
      const from = join(dir, 'from');
      await make(from);
      const content = contentOf(Buffer.from('right'));
      expect(await copyContent({ from, to: join(dir, 'to'), content, mode: 0o644, method })).toBe(false);
      expect(await readdir(dir)).not.toContain('to');
    }
  });

  it.each(METHODS)('by %s replaces nothing, and says when the place is missing', async (method) => {
    const bytes = Buffer.from('right');
    const { dir, from, to } = await place(bytes);
    await writeFile(to, 'mine');
    const copy = (path: string, by: CopyMethod) =>
      copyContent({ from, to: path, content: contentOf(bytes), mode: 0o644, method: by });
    await expect(copy(to, method)).rejects.toThrow(/EEXIST/);
    expect(await readFile(to, 'utf8')).toBe('mine');
    await expect(copy(join(dir, 'absent/to'), method)).rejects.toThrow(/ENOENT/);
  });

  it.runIf(process.platform === 'linux')('copies to a file system that it cannot link to', async () => {
    const bytes = Buffer.from('right');
    const { from } = await place(bytes);
    const elsewhere = await mkdtemp('/dev/shm/artifact-');
    onTestFinished(() => rm(elsewhere, { recursive: true }));
    for (const method of METHODS) {
      const to = join(elsewhere, method);
      expect(await copyContent({ from, to, content: contentOf(bytes), mode: 0o600, method })).toBe(true);
      expect((await lstat(to)).mode & 0o777).toBe(0o600);
    }
  });

  it('takes a source that vanishes meanwhile for one that is not there', async () => {
    const bytes = Buffer.from('right');
    for (let round = 0; round < 40; round += 1) {
      const { from, to } = await place(bytes);
      const copying = copyContent({ from, to, content: contentOf(bytes), mode: 0o644, method: 'copy' });
      rmSync(from);
      expect(await copying).toBe((await lstat(to).catch(() => undefined)) !== undefined);
    }
  });

  it('does not let a hard link to a tampered file in', async () => {
    const { dir, from, to } = await place(Buffer.from('wrong'));
    await link(from, join(dir, 'other'));
    const content = contentOf(Buffer.from('right'));
    expect(await copyContent({ from, to, content, mode: 0o644, method: 'hardlink' })).toBe(false);
  });
});
