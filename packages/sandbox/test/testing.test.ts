import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createManifest, type ManifestFields, PluginType, saveManifest } from '@agentmesh/manifest';
import { openPlugin } from '@agentmesh/sandbox/testing';
import { describe, expect, it } from 'vitest';
import { freshFolder } from './box.js';

async function writePlugin(
  files: Readonly<Record<string, string>>,
  fields: Partial<ManifestFields> = {},
): Promise<string> {
  const folder = join(await freshFolder(), 'work in progress');
  await mkdir(folder);
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  const required = {
    name: 'under-test',
    version: '0.1.0',
    description: 'A plugin at work',
    author: 'someone',
    plugin_type: PluginType.validator,
  };
  await saveManifest(createManifest({ ...required, ...fields }), folder);
  return folder;
}

describe('a plugin folder under test', () => {
  it('runs unsigned, at the level that installed plugins run at, with its own errors as outcomes', async () => {
    const dir = await writePlugin({
      'index.js':
        'exports.double = (n) => n * 2; exports.fail = () => { throw new TypeError("no"); }; exports.read = () => require("fs").readFileSync("/etc/hostname", "utf8");',
    });
    await using plugin = await openPlugin(dir);
    const { level } = await plugin.isolation();
    expect(plugin.manifest.name).toBe('under-test');
    expect(await plugin.call('double', 21)).toMatchObject({ result: 42, isolation: level });
    expect(await plugin.call('fail')).toMatchObject({ error: { type: 'TypeError', message: 'no' } });
    expect((await plugin.call('read')).error).toBeTypeOf('object');
  });

  it('sees an edit at the next call', async () => {
    const dir = await writePlugin({ 'index.js': 'exports.version = () => 1;' });
    await using plugin = await openPlugin(dir);
    expect((await plugin.call('version')).result).toBe(1);
    await writeFile(join(dir, 'index.js'), 'exports.version = () => 2;');
    expect((await plugin.call('version')).result).toBe(2);
  });

  it('has the files that packing takes, and no others', async () => {
    const dir = await writePlugin({
      'index.js': 'exports.run = () => { try { return require("./notes.js"); } catch { return "none"; } };',
      'notes.js': 'module.exports = "notes";',
      '.agentmeshignore': 'notes.js\n',
    });
    await using plugin = await openPlugin(dir);
    expect((await plugin.call('run')).result).toBe('none');
  });

  it('refuses a link that a plugin could not ship either', async () => {
    const dir = await writePlugin({ 'index.js': 'exports.run = () => 1;' });
    await symlink('/etc/hostname', join(dir, 'data.js'));
    await using plugin = await openPlugin(dir);
    await expect(plugin.call('run')).rejects.toMatchObject({ code: 'TREE_UNSAFE' });
  });

  it('keeps limits, and takes a time and a signal for one call', async () => {
    const dir = await writePlugin({ 'index.js': 'exports.run = () => { for (;;); };' });
    await using plugin = await openPlugin(dir);
    await expect(plugin.call('run', null, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'SANDBOX_TIMEOUT' });
    await expect(plugin.call('run', null, { signal: AbortSignal.timeout(300) })).rejects.toMatchObject({
      code: 'SANDBOX_ABORTED',
    });
  });

  it('leaves nothing behind, also when it cannot be opened', async () => {
    const made = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('agentmesh-testing-'));
    const before = await made();
    const dir = await writePlugin({ 'index.js': 'exports.run = () => 1;' });
    const plugin = await openPlugin(dir);
    await plugin.call('run');
    await plugin.close();
    await expect(openPlugin(dir, { timeoutMs: -1 })).rejects.toMatchObject({ code: 'SANDBOX_INVALID_CALL' });
    await expect(openPlugin(await freshFolder())).rejects.toMatchObject({ code: 'MANIFEST_NOT_FOUND' });
    expect(await made()).toEqual(before);
  });
});
