import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../src/engines/engine.js';
import { PreparedPlugins } from '../src/prepared-plugins.js';
import { verifyByDigest } from '../src/verify-tree.js';
import { freshFolder, installPlugin } from './box.js';
import { scriptedEngine } from './scripted.js';

/** An engine that counts what it prepares. */
function countingEngine(): { engine: Engine; prepared: string[] } {
  const prepared: string[] = [];
  const engine: Engine = {
    ...scriptedEngine('plugin'),
    prepare({ entry, files }, manifest) {
      prepared.push(manifest.name);
      return { entry, builtins: [], files: files.map(({ path, text }) => ({ path, text, format: 'commonjs' })) };
    },
  };
  return { engine: { ...engine, capabilities: { ...engine.capabilities, extensions: ['.js'] } }, prepared };
}

describe('a plugin made ready', () => {
  it('is made ready once for its content, and again for another', async () => {
    const pluginsDir = await freshFolder();
    const { engine, prepared } = countingEngine();
    const plugins = new PreparedPlugins(1000);
    const get = async (name: string, source: string) => {
      await installPlugin(pluginsDir, { name, files: { 'index.js': source } });
      return plugins.get(await verifyByDigest(name, join(pluginsDir, name)), engine, 'index.js');
    };
    const first = await get('one', 'a');
    expect(await get('one', 'a')).toBe(first);
    expect((await get('one', 'b')).key).not.toBe(first.key);
    expect((await get('two', 'a')).key).not.toBe(first.key);
    const { digest: _, ...unknown } = await verifyByDigest('two', join(pluginsDir, 'two'));
    expect((await plugins.get(unknown, engine, 'index.js')).key).toBe((await get('two', 'a')).key);
    expect(prepared).toEqual(['one', 'one', 'two']);
  });

  it('is made ready once for all calls that wait for it, and again after a fault', async () => {
    const pluginsDir = await freshFolder();
    const { engine, prepared } = countingEngine();
    const plugins = new PreparedPlugins(1000);
    const name = await installPlugin(pluginsDir, { files: { 'index.js': 'a' } });
    const tree = await verifyByDigest(name, join(pluginsDir, name));
    const all = await Promise.all(Array.from({ length: 100 }, () => plugins.get(tree, engine, 'index.js')));
    expect([new Set(all).size, prepared.length]).toEqual([1, 1]);
    const gone = { ...tree, root: join(pluginsDir, 'nowhere'), digest: 'h1:other' };
    await expect(plugins.get(gone, engine, 'index.js')).rejects.toMatchObject({ code: 'TREE_TAMPERED' });
    expect((await plugins.get({ ...gone, root: tree.root }, engine, 'index.js')).key).toContain('h1:other');
  });

  it('is forgotten when many others came after it', async () => {
    const pluginsDir = await freshFolder();
    const { engine, prepared } = countingEngine();
    const plugins = new PreparedPlugins(1000);
    const name = await installPlugin(pluginsDir, { files: { 'index.js': 'a' } });
    const tree = await verifyByDigest(name, join(pluginsDir, name));
    for (let n = 0; n < 70; n += 1) await plugins.get({ ...tree, digest: `h1:${n}` }, engine, 'index.js');
    await plugins.get({ ...tree, digest: 'h1:69' }, engine, 'index.js');
    expect(prepared).toHaveLength(70);
    await plugins.get({ ...tree, digest: 'h1:0' }, engine, 'index.js');
    expect(prepared).toHaveLength(71);
  });
});
