import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FolderWatch, watchFolder } from '../src/watch-folder.js';

let folder: string;
let watch: FolderWatch;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-watch-'));
  await mkdir(join(folder, 'lib'));
  await mkdir(join(folder, '.git'));
  watch = watchFolder(folder);
});
afterEach(async () => {
  watch.close();
  await rm(folder, { recursive: true, force: true });
});

const silence = () => new Promise((resolve) => setTimeout(() => resolve('silence'), 400));

describe('a folder that is watched', () => {
  it('tells of a change below it once, however many there are at a time', async () => {
    const change = watch.next();
    for (const text of ['1', '2', '3']) await writeFile(join(folder, 'lib', 'a.js'), text);
    expect(await change).toBe(join('lib', 'a.js'));
    expect(await Promise.race([watch.next(), silence()])).toBe('silence');
  });

  it('tells of a change that came while nobody asked', async () => {
    await writeFile(join(folder, 'b.js'), '1');
    await silence();
    expect(await watch.next()).toBe('b.js');
  });

  it('does not care about version control, packages and what editors leave', async () => {
    const change = watch.next();
    await writeFile(join(folder, '.git', 'index'), '1');
    await writeFile(join(folder, 'a.js~'), '1');
    expect(await Promise.race([change, silence()])).toBe('silence');
  });
});
