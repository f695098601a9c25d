import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileLimited, removeAbandoned, writeFileAtomic } from '@agentmesh/files';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('writeFileAtomic', () => {
  it('replaces the bytes and sets the mode asked for', async () => {
    const path = join(folder, 'key.pem');
    await writeFile(path, 'old');
    await chmod(path, 0o644);
    await writeFileAtomic(path, 'new', { mode: 0o600 });
    expect(await readFile(path, 'utf8')).toBe('new');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('leaves nothing beside the target when it fails', async () => {
    await mkdir(join(folder, 'taken', 'inner'), { recursive: true });
    await expect(writeFileAtomic(join(folder, 'taken'), 'x')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['taken']);
  });

  it('leaves it to the system when the bytes reach the disk, where told so', async () => {
    const path = join(folder, 'note');
    await writeFileAtomic(path, 'x', { durable: false });
    expect(await readFile(path, 'utf8')).toBe('x');
    expect(await readdir(folder)).toEqual(['note']);
  });

  it('never shows a reader half of a file', async () => {
    const path = join(folder, 'f');
    const texts = ['a'.repeat(100_000), 'b'.repeat(50_000)];
    await writeFileAtomic(path, texts[0] as string);
    let writing = true;
    const writer = (async () => {
      for (let i = 0; i < 30; i += 1) await writeFileAtomic(path, texts[i % 2] as string);
      writing = false;
    })();
    while (writing) expect(texts).toContain(await readFile(path, 'utf8'));
    await writer;
  });
});

describe('readFileLimited', () => {
  it('reads up to the limit and refuses one byte more', async () => {
    const path = join(folder, 'f');
    await writeFile(path, '12345');
    expect(String(await readFileLimited(path, 5))).toBe('12345');
    await expect(readFileLimited(path, 4)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  it('refuses what is not a regular file', async () => {
    await expect(readFileLimited(folder, 10)).rejects.toMatchObject({ code: 'FILE_NOT_REGULAR' });
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(readFileLimited(pipe, 10)).rejects.toMatchObject({ code: 'FILE_NOT_REGULAR' });
  });
});

describe('removeAbandoned', () => {
  it('removes what killed writers of that one file left, and nothing else', async () => {
    const kept = ['.a.json.tmp', '.a.json.X!.tmp', '.ab.json.0x.tmp', '.b.json.0x.tmp', 'a.json', 'a.json.0x.tmp'];
    for (const name of [...kept, '.a.json.0x.tmp', '.a.json.zz9.tmp']) await writeFile(join(folder, name), '');
    await removeAbandoned(join(folder, 'a.json'));
    expect((await readdir(folder)).sort()).toEqual(kept.toSorted());
    await removeAbandoned(join(folder, 'absent/a.json'));
  });
});
