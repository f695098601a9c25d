import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '@agentmesh/errors';
import { type JsonValue, loadManifest, MANIFEST_FILENAME, saveManifest } from '@agentmesh/manifest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REQUIRED, sample, yamlWith } from './sample.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifest-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('saving and loading', () => {
  it('goes into a folder under the usual name and returns the path', async () => {
    const path = await saveManifest(sample(), folder);
    expect(path).toBe(join(folder, MANIFEST_FILENAME));
    expect(await loadManifest(folder)).toEqual(sample());
    expect(await loadManifest(path)).toEqual(sample());
    expect(await readdir(folder)).toEqual([MANIFEST_FILENAME]);
  });

  it('makes the folder', async () => {
    const path = await saveManifest(sample(), join(folder, 'a', 'b'));
    expect(await loadManifest(join(folder, 'a', 'b'))).toEqual(sample());
    expect(path).toBe(join(folder, 'a', 'b', MANIFEST_FILENAME));
  });

  it('goes into a file of another name, unless a folder is called so', async () => {
    const file = join(folder, 'other.yaml');
    expect(await saveManifest(sample(), file)).toBe(file);
    expect(await loadManifest(file)).toEqual(sample());
    await mkdir(join(folder, 'dir.yaml'));
    expect(await saveManifest(sample(), join(folder, 'dir.yaml'))).toBe(join(folder, 'dir.yaml', MANIFEST_FILENAME));
  });

  it('replaces what was there', async () => {
    await saveManifest(sample({ description: 'x'.repeat(5000) }), folder);
    await saveManifest(sample(), folder);
    expect(await loadManifest(folder)).toEqual(sample());
  });

  it('writes nothing when the manifest is invalid', async () => {
    await saveManifest(sample(), folder);
    const before = await readFile(join(folder, MANIFEST_FILENAME));
    await expect(saveManifest({ ...sample(), name: '' }, folder)).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
    expect(await readFile(join(folder, MANIFEST_FILENAME))).toEqual(before);
  });

  it('writes nothing that would be too large to read again', async () => {
    const manifest = sample({ description: 'é'.repeat(200_000) });
    await expect(saveManifest(manifest, join(folder, 'new'))).rejects.toMatchObject({
      findings: [{ code: 'file-too-large' }],
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('keeps a value as deep as one may be', async () => {
    let deepest: JsonValue = 1;
    for (let level = 0; level < 32; level += 1) deepest = level % 2 === 0 ? [deepest] : { a: deepest };
    await saveManifest(sample({ 'x-deep': deepest }), folder);
    expect((await loadManifest(folder))['x-deep']).toEqual(deepest);
  });
});

describe('loading', () => {
  it.each(['', 'none', 'none/none.yaml', 'file/x'])('finds nothing at "%s"', async (path) => {
    await writeFile(join(folder, 'file'), '');
    await expect(loadManifest(join(folder, path))).rejects.toMatchObject({
      code: 'MANIFEST_NOT_FOUND',
      hint: expect.stringContaining(MANIFEST_FILENAME),
    });
  });

  it('tells of keys that it left out, and refuses them when strict', async () => {
    await writeFile(join(folder, MANIFEST_FILENAME), yamlWith('licence: MIT'));
    const findings: Finding[] = [];
    const manifest = await loadManifest(folder, { onFinding: (finding) => findings.push(finding) });
    expect(manifest).toEqual(sample());
    expect(findings).toMatchObject([{ code: 'key-unknown', path: 'licence', line: 6 }]);
    await expect(loadManifest(folder, { strict: true })).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
  });

  it('names the file in its error', async () => {
    const path = join(folder, MANIFEST_FILENAME);
    await writeFile(path, 'name: [');
    await expect(loadManifest(folder)).rejects.toThrow(path);
  });

  it('refuses bytes that are no UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from(yamlWith('license: ')), Buffer.from([0xff])]);
    await writeFile(join(folder, MANIFEST_FILENAME), bytes);
    await expect(loadManifest(folder)).rejects.toMatchObject({ findings: [{ code: 'file-not-utf8' }] });
  });

  it('reads UTF-8 with and without a byte order mark', async () => {
    await writeFile(join(folder, MANIFEST_FILENAME), `\ufeff${yamlWith('organization: Größe 插件')}`);
    expect(await loadManifest(folder)).toMatchObject({ ...REQUIRED, organization: 'Größe 插件' });
  });

  it('a file of gigabytes: refused unread', async () => {
    await writeFile(join(folder, MANIFEST_FILENAME), '');
    await truncate(join(folder, MANIFEST_FILENAME), 8 * 1024 ** 3);
    await expect(loadManifest(folder)).rejects.toMatchObject({ findings: [{ code: 'file-too-large' }] });
  });

  it('a named pipe that nobody writes to: refused, not waited for', async () => {
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(folder, MANIFEST_FILENAME)]);
    await expect(loadManifest(folder)).rejects.toMatchObject({ findings: [{ code: 'file-not-regular' }] });
  });

  it('a folder called like the manifest: refused', async () => {
    await mkdir(join(folder, MANIFEST_FILENAME));
    await expect(loadManifest(folder)).rejects.toMatchObject({ findings: [{ code: 'file-not-regular' }] });
  });

  it('a link to itself: the file system says so', async () => {
    await symlink(MANIFEST_FILENAME, join(folder, MANIFEST_FILENAME));
    await expect(loadManifest(folder)).rejects.toMatchObject({ code: 'ELOOP' });
  });
});
