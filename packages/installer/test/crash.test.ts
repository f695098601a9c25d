import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PluginInstaller } from '@agentmesh/installer';
import { saveManifest } from '@agentmesh/manifest';
import { PluginRegistry } from '@agentmesh/registry';
import { describe, expect, it } from 'vitest';
import { startChild } from './child-process.js';
import { manifestOf, orphans, snapshot, temporaryFolder, writeFiles } from './workshop.js';

const KILLS = 104;
const WORKERS = 2;
/** About what one step of the child takes. */
const STEP_MS = 60;
/** Steps of the child, each from the state named on its left. */
const CYCLE = [
  ['one', 'install a 2.0.0'],
  ['two', 'install a 1.0.0'],
  ['one', 'uninstall a'],
  ['base', 'install a 1.0.0'],
] as const;

/** Two plugins in two versions each, which only go together one by one, so that every install changes both. */
async function makeRegistry(dir: string): Promise<string> {
  const storagePath = join(dir, 'registry.json');
  const registry = await PluginRegistry.open({ storagePath });
  for (const version of ['1.0.0', '2.0.0']) {
    for (const [name, dependencies] of [
      ['base', []],
      ['a', [`base==${version}`]],
    ] as const) {
      const at = join(dir, 'work', `${name}-${version}`);
      const files = Array.from({ length: 10 }, (_, index) => [
        `lib/${index}-${version}.js`,
        `// ${index} ${version}\n`.repeat(50),
      ]);
      await writeFiles(at, { 'index.js': `export const run = () => '${version}';\n`, ...Object.fromEntries(files) });
      await saveManifest(manifestOf({ name, version, dependencies }), at);
      await registry.publish(at);
    }
  }
  return storagePath;
}

describe('kill -9', () => {
  it('at any moment leaves the old state or the new one, and the next run heals the rest', {
    timeout: 120_000,
  }, async () => {
    const dir = await temporaryFolder();
    const storagePath = await makeRegistry(dir);
    const registry = await PluginRegistry.open({ storagePath });
    const cache = join(dir, 'cache');
    await startChild([storagePath, join(dir, 'unused/plugins'), 'once'], cache).finished();
    const states = await learnStates(join(dir, 'reference/plugins'), registry);
    const seen = new Set<string>();
    const worker = async (index: number): Promise<void> => {
      const stateDir = join(dir, `workspace-${index}`);
      const pluginsDir = join(stateDir, 'plugins');
      const installer = new PluginInstaller({ pluginsDir, registry });
      for (let kill = 0; kill < KILLS / WORKERS; kill += 1) {
        await installer.install('a', { version: '1.0.0' });
        expect(await orphans(stateDir)).toEqual([]);
        const child = startChild([storagePath, pluginsDir, 'loop', ...CYCLE.map(([, step]) => step)], cache);
        await child.ready;
        await child.doneTo(kill % CYCLE.length);
        await sleep(Math.random() * STEP_MS);
        await child.kill();
        const found = JSON.stringify(await snapshot(pluginsDir));
        const legal = [child.done(), child.done() + 1].map((step) => CYCLE[step % CYCLE.length]?.[0] ?? '');
        const name = legal.find((state) => states.get(state) === found);
        expect(name, `neither ${legal.join(' nor ')}: ${found}`).toBeDefined();
        seen.add(name ?? '');
        expect((await installer.listInstalled()).every(({ intact }) => intact)).toBe(true);
      }
      await installer.install('a', { version: '1.0.0' });
      expect(await orphans(stateDir)).toEqual([]);
    };
    await Promise.all(Array.from({ length: WORKERS }, (_, index) => worker(index)));
    expect([...seen].sort()).toEqual(['base', 'one', 'two']);
  });
});

async function learnStates(pluginsDir: string, registry: PluginRegistry): Promise<ReadonlyMap<string, string>> {
  const installer = new PluginInstaller({ pluginsDir, registry });
  const states = new Map<string, string>();
  const learn = async (state: string): Promise<void> => {
    states.set(state, JSON.stringify(await snapshot(pluginsDir)));
  };
  await installer.install('a', { version: '1.0.0' });
  await learn('one');
  await installer.install('a', { version: '2.0.0' });
  await learn('two');
  await installer.install('a', { version: '1.0.0' });
  await installer.uninstall('a');
  await learn('base');
  return states;
}
