import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFolderCache } from '@agentmesh/download';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const bytes = (text: string): Buffer => Buffer.from(text);
const digest = (algorithm: string, text: string): string =>
  `${algorithm}:${createHash(algorithm).update(text).digest('hex')}`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-cache-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const place = (text: string): string => join(folder, 'content', digest('sha256', text).slice('sha256:'.length));

describe('a cache in a folder', () => {
  it('gives back what was put, under every key, also to another process', async () => {
    const keys = [digest('sha256', 'hello'), digest('sha512', 'hello'), 'git:0123//sub'];
    await createFolderCache({ folder }).put(keys, bytes('hello'));
    for (const key of keys)
      expect(Buffer.from((await createFolderCache({ folder }).find(key)) ?? '').toString()).toBe('hello');
    expect(await createFolderCache({ folder }).find('git:0123')).toBeUndefined();
  });

  it('is empty where there is no folder yet', async () => {
    expect(await createFolderCache({ folder: join(folder, 'absent') }).find('x')).toBeUndefined();
  });

  it('is for nobody else to read', async () => {
    await createFolderCache({ folder: join(folder, 'new') }).put(['k'], bytes('hello'));
    for (const part of ['content', 'keys']) {
      expect((await stat(join(folder, 'new', part))).mode & 0o777).toBe(0o700);
      const [name = ''] = await readdir(join(folder, 'new', part));
      expect((await stat(join(folder, 'new', part, name))).mode & 0o777).toBe(0o600);
    }
  });

  it('refuses bytes under the digest of others, and keeps nothing', async () => {
    const cache = createFolderCache({ folder });
    for (const algorithm of ['sha256', 'sha512']) {
      await expect(cache.put(['fine', digest(algorithm, 'hello')], bytes('evil!'))).rejects.toMatchObject({
        code: 'INTEGRITY_MISMATCH',
      });
    }
    expect(await cache.find('fine')).toBeUndefined();
  });

  it('treats flipped bytes and a swapped key as absent', async () => {
    const cache = createFolderCache({ folder });
    const key = digest('sha512', 'hello');
    await cache.put([key], bytes('hello'));
    await writeFile(place('hello'), 'hellO');
    expect(await cache.find(key)).toBeUndefined();
    expect(await readdir(join(folder, 'content'))).toEqual([]);

    await cache.put([key], bytes('hello'));
    await cache.put(['evil'], bytes('evil!'));
    const [name = ''] = (await readdir(join(folder, 'keys'))).filter(
      (each) => each === createHash('sha256').update(key).digest('hex'),
    );
    await writeFile(join(folder, 'keys', name), digest('sha256', 'evil!').slice('sha256:'.length));
    expect(await cache.find(key)).toBeUndefined();
    await writeFile(join(folder, 'keys', name), '../../../../etc/passwd');
    expect(await cache.find(key)).toBeUndefined();
  });

  it('gives no more than is wanted', async () => {
    const cache = createFolderCache({ folder });
    await cache.put(['k'], bytes('hello'));
    await expect(cache.find('k', { maxBytes: 4 })).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
    expect(await cache.find('k', { maxBytes: 5 })).toHaveLength(5);
  });

  it('drops what was put first when it is full, with the keys to it', async () => {
    const cache = createFolderCache({ folder, maxBytes: 10 });
    for (const [index, text] of ['aaaa', 'bbbb', 'cccc'].entries()) {
      await cache.put([text], bytes(text));
      await utimes(place(text), 1_000 + index, 1_000 + index);
    }
    expect(await cache.find('aaaa')).toBeUndefined();
    expect(await cache.find('bbbb')).toHaveLength(4);
    expect(await cache.find('cccc')).toHaveLength(4);
    expect(await readdir(join(folder, 'keys'))).toHaveLength(2);
    await cache.put(['large'], bytes('x'.repeat(11)));
    expect(await cache.find('large')).toBeUndefined();
    expect(await cache.find('cccc')).toHaveLength(4);
  });

  it('removes what a killed writer left an hour ago, and not what another is writing', async () => {
    const cache = createFolderCache({ folder });
    await cache.put(['k'], bytes('hello'));
    await writeFile(join(folder, 'content', '.old.tmp'), 'x');
    await utimes(join(folder, 'content', '.old.tmp'), 1_000, 1_000);
    await writeFile(join(folder, 'content', '.new.tmp'), 'x');
    await cache.put(['l'], bytes('world'));
    expect((await readdir(join(folder, 'content'))).filter((name) => name.startsWith('.'))).toEqual(['.new.tmp']);
  });

  it('may be used by many at the same time', async () => {
    const texts = Array.from({ length: 40 }, (_, index) => `text ${index % 8}`);
    await Promise.all(texts.map((text) => createFolderCache({ folder }).put([text], bytes(text))));
    const cache = createFolderCache({ folder });
    for (const text of new Set(texts)) {
      expect(Buffer.from((await cache.find(text)) ?? '').toString()).toBe(text);
      expect(await readFile(place(text), 'utf8')).toBe(text);
    }
    expect(await readdir(join(folder, 'content'))).toHaveLength(8);
  });
});
