import { execFileSync } from 'node:child_process';
import { appendFile, link, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { findPluginFile, readPluginFile } from '@agentmesh/shape';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stage } from './fakes.js';

const isWindows = process.platform === 'win32';

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'read',
    ({ code }) => code,
  );
}

describe('a file of a plugin', () => {
  it('is read as it was listed', async () => {
    const plugin = await stage({ 'a/b.md': 'text', 'empty.md': '' });
    expect(Buffer.from(await readPluginFile(plugin, 'a/b.md')).toString()).toBe('text');
    expect(await readPluginFile(plugin, 'empty.md', { maxBytes: 0 })).toHaveLength(0);
    expect(findPluginFile(plugin, 'a/b.md')?.size).toBe(4);
  });

  it('is found by its exact path alone', async () => {
    const plugin = await stage({ 'a/b.md': 'text' });
    for (const path of ['A/b.md', 'a//b.md', './a/b.md', 'a/../a/b.md', '../x', '/etc/passwd', 'a', '', 'a/b.md\0'])
      expect(await codeOf(readPluginFile(plugin, path))).toBe('PLUGIN_FILE_NOT_FOUND');
  });

  it('is read through a linked root, since that link is not the plugin’s', async () => {
    const plugin = await stage({ 'a.md': 'text' });
    const alias = `${plugin.root}-alias`;
    await symlink(plugin.root, alias, 'junction');
    onTestFinished(() => rm(alias));
    expect(await readPluginFile({ ...plugin, root: alias }, 'a.md')).toHaveLength(4);
  });

  it('that is too large is not opened', async () => {
    const plugin = await stage({ 'a.md': 'text' });
    await rm(join(plugin.root, 'a.md'));
    expect(await codeOf(readPluginFile(plugin, 'a.md', { maxBytes: 3 }))).toBe('PLUGIN_FILE_TOO_LARGE');
    const huge = { ...plugin, files: [{ path: 'a.md', size: Number.NaN, sha256: '' }] };
    expect(await codeOf(readPluginFile(huge, 'a.md'))).toBe('PLUGIN_FILE_TOO_LARGE');
  });

  it('is not read after a cancellation', async () => {
    const plugin = await stage({ 'a.md': 'text' });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(readPluginFile(plugin, 'a.md', { signal })).rejects.toThrow('enough');
  });
});

describe('an attack on a file after it was listed', () => {
  it('that changes, shortens, grows or removes it is seen', async () => {
    const plugin = await stage({ 'a.md': 'text', 'b.md': 'text', 'c.md': 'text', 'd.md': 'text', 'e/f.md': 'text' });
    await writeFile(join(plugin.root, 'a.md'), 'TEXT');
    await truncate(join(plugin.root, 'b.md'), 2);
    await appendFile(join(plugin.root, 'c.md'), 'x'.repeat(100_000));
    await rm(join(plugin.root, 'd.md'));
    await rm(join(plugin.root, 'e'), { recursive: true });
    await writeFile(join(plugin.root, 'e'), '');
    for (const { path } of plugin.files) expect(await codeOf(readPluginFile(plugin, path))).toBe('PLUGIN_FILE_CHANGED');
  });

  it('that puts a folder in its place is seen', async () => {
    const plugin = await stage({ 'a.md': 'text' });
    await rm(join(plugin.root, 'a.md'));
    await mkdir(join(plugin.root, 'a.md'));
    expect(await codeOf(readPluginFile(plugin, 'a.md'))).not.toBe('read');
  });

  it.skipIf(isWindows)(
    'that puts a link in the place of it, or of its folder, is refused, even to the same bytes',
    async () => {
      const plugin = await stage({ 'a.md': 'text', 'b/c.md': 'text' });
      const outside = await stage({ 'a.md': 'text' });
      await rm(join(plugin.root, 'a.md'));
      await symlink(join(outside.root, 'a.md'), join(plugin.root, 'a.md'));
      await rename(join(plugin.root, 'b'), join(outside.root, 'b'));
      await symlink(join(outside.root, 'b'), join(plugin.root, 'b'));
      for (const path of ['a.md', 'b/c.md'])
        expect(await codeOf(readPluginFile(plugin, path))).toBe('PLUGIN_FILE_UNSAFE');
    },
  );

  it.skipIf(isWindows)('that links it in a circle is refused', async () => {
    const plugin = await stage({ 'a.md': 'text' });
    await rm(join(plugin.root, 'a.md'));
    await symlink('a.md', join(plugin.root, 'a.md'));
    await expect(readPluginFile(plugin, 'a.md')).rejects.toHaveProperty('code', expect.stringMatching(/UNSAFE|ELOOP/));
  });

  it('that lists a path outside is refused', async () => {
    const outside = await stage({ 'a.md': 'text' });
    const plugin = await stage();
    const path = `../${outside.root.split(/[\\/]/).at(-1)}/a.md`;
    const listed = { ...plugin, files: [{ ...outside.files[0], path } as (typeof outside.files)[number]] };
    expect(await codeOf(readPluginFile(listed, path))).toBe('PLUGIN_FILE_UNSAFE');
  });

  it('that gives it a second name changes nothing', async () => {
    const plugin = await stage({ 'a.md': 'text' });
    await link(join(plugin.root, 'a.md'), join(plugin.root, 'b.md'));
    expect(await readPluginFile(plugin, 'a.md')).toHaveLength(4);
  });

  it.skipIf(isWindows)('that puts a pipe or a socket in its place does not hang', async () => {
    const plugin = await stage({ 'a.md': 'text', 'b.md': 'text' });
    for (const { path } of plugin.files) await rm(join(plugin.root, path));
    execFileSync('mkfifo', [join(plugin.root, 'a.md')]);
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(join(plugin.root, 'b.md'), resolve));
    onTestFinished(() => void server.close());
    for (const { path } of plugin.files) expect(await codeOf(readPluginFile(plugin, path))).toBe('PLUGIN_FILE_UNSAFE');
  });

  it.skipIf(isWindows)('that swaps it with a link again and again never yields other bytes', async () => {
    const plugin = await stage({ 'a.md': 'text' });
    const outside = await stage({ 'secret.md': 'secret' });
    const place = join(plugin.root, 'a.md');
    let isOver = false;
    const attacker = (async () => {
      for (let round = 0; !isOver; round += 1) {
        const next = join(plugin.root, `next-${round % 2}`);
        await rm(next, { force: true });
        if (round % 2 === 0) await symlink(join(outside.root, 'secret.md'), next);
        else await writeFile(next, 'text');
        await rename(next, place);
      }
    })();
    const seen = new Set<string>();
    for (let round = 0; round < 300; round += 1) {
      const bytes = await readPluginFile(plugin, 'a.md').catch(({ code }) => String(code));
      seen.add(typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString());
    }
    isOver = true;
    await attacker;
    expect([...seen].filter((one) => !/^(?:text|PLUGIN_FILE_(?:UNSAFE|CHANGED))$/.test(one))).toEqual([]);
    expect(seen).toContain('PLUGIN_FILE_UNSAFE');
  });
});
