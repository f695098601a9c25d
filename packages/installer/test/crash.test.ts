import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PluginInstaller } from '@agentmesh/installer';
import { saveManifest } from '@agentmesh/manifest';
import { PluginRegistry } from '@agentmesh/registry';
import { describe, expect, it } from 'vitest';
import { killAt, listSystemCalls, type SystemCall, type Watched } from './system-calls.js';
import { manifestOf, orphans, snapshot, temporaryFolder, writeFiles } from './workshop.js';

const KILLS = 304;
const WORKERS = 2;

/** Each begins with plugins a and base in version 1.0.0, made ready by these steps. Those named here keep the files of a project as well. */
const WITH_PROJECT = ['install a 2.0.0', 'uninstall a'];
const SCENARIOS: readonly (readonly [
  step: string,
  ready: (installer: PluginInstaller, dir: string) => Promise<unknown>,
])[] = [
  [
    'install a 1.0.0',
    (installer, dir) => rm(join(dir, 'state'), { recursive: true }).then(() => installer.listInstalled()),
  ],
  ['install a 2.0.0', (installer) => installer.listInstalled()],
  ['install a 1.0.0', (installer) => installer.uninstall('a').then(() => installer.uninstall('base'))],
  ['uninstall a', (installer) => installer.install('a', { version: '2.0.0' })],
  ['rollback', (installer) => installer.install('a', { version: '2.0.0' })],
  ['gc', (installer) => installer.install('a', { version: '2.0.0' }).then(() => installer.uninstall('a'))],
  ['repair', (_, dir) => writeFile(join(dir, 'state/plugins/a/index.js'), 'tampered')],
  ['bundle', (installer) => installer.uninstall('a')],
];

/** Two plugins in two versions each, which only go together one by one, so that every install changes both. */
async function makeShelf(dir: string): Promise<PluginRegistry> {
  const registry = new PluginRegistry();
  const shelf = join(dir, 'shelf');
  await mkdir(shelf);
  const entries = [];
  for (const version of ['1.0.0', '2.0.0']) {
    for (const [name, dependencies] of [
      ['base', []],
      ['a', [`base==${version}`]],
    ] as const) {
      const at = join(dir, 'work', `${name}-${version}`);
      const lines = { 'lib/both.js': '// both\n', 'lib/own.js': `// ${name} ${version}\n`.repeat(50) };
      await writeFiles(at, { 'index.js': `export const run = () => '${version}';\n`, ...lines });
      await saveManifest(manifestOf({ name, version, dependencies }), at);
      const entry = await registry.publish(at);
      entries.push(entry);
      await writeFile(join(shelf, `${name}-${version}.tgz`), await registry.readArtifact(entry, { maxBytes: 100_000 }));
    }
  }
  await writeFile(join(shelf, 'entries.json'), JSON.stringify(entries));
  return registry;
}

interface Scenario {
  readonly step: string;
  /** A workspace that is ready for it. */
  readonly template: string;
  readonly before: string;
  readonly after: string;
  readonly calls: readonly SystemCall[];
}

interface Surroundings {
  readonly dir: string;
  readonly registry: PluginRegistry;
}

const open = ({ registry }: Surroundings, dir: string, step: string): PluginInstaller => {
  const project = WITH_PROJECT.includes(step) ? { projectDir: join(dir, 'project') } : {};
  return new PluginInstaller({ pluginsDir: join(dir, 'state/plugins'), registry, ...project });
};
const look = async (dir: string): Promise<string> => JSON.stringify(await snapshot(join(dir, 'state/plugins')));
const watch = ({ dir }: Surroundings, at: string, step: string): Watched => ({
  script: join(import.meta.dirname, 'crash-child.mjs'),
  args: [
    join(at, 'state/plugins'),
    join(dir, 'shelf'),
    WITH_PROJECT.includes(step) ? join(at, 'project') : '-',
    ...step.split(' '),
  ],
  cache: join(dir, 'cache'),
  log: join(at, 'log'),
});

async function prepare(around: Surroundings, index: number): Promise<Scenario> {
  const [step = '', ready] = SCENARIOS[index] ?? [];
  const template = join(around.dir, `template-${index}`);
  await mkdir(join(template, 'project'), { recursive: true });
  const installer = open(around, template, step);
  await installer.install('a', { version: '1.0.0' });
  if (index === 0) await installer.createBundle(join(around.dir, 'shelf/plugins.bundle'));
  await ready?.(installer, template);
  const before = await look(template);
  // The first run fills the cache of compiled sources, and makes other calls by that.
  const counted = join(around.dir, `counted-${index}`);
  let calls: readonly SystemCall[] = [];
  for (let run = 0; run < 2; run += 1) {
    await rm(counted, { recursive: true, force: true });
    await cp(template, counted, { recursive: true, verbatimSymlinks: true });
    calls = await listSystemCalls(watch(around, counted, step));
  }
  return { step, template, before, after: await look(counted), calls };
}

/** Kills it at that call and looks at what is left. Answers false when it did not come that far. */
async function killOnce(around: Surroundings, scenario: Scenario, call: SystemCall): Promise<boolean> {
  const dir = join(around.dir, `killed-${Math.random().toString(36).slice(2)}`);
  await cp(scenario.template, dir, { recursive: true, verbatimSymlinks: true });
  const killed = await killAt(watch(around, dir, scenario.step), call);
  const told = `${scenario.step}, killed at ${call.name} ${call.number}`;
  const found = await look(dir);
  expect([scenario.before, scenario.after], `${told}: torn`).toContain(found);
  const installer = open(around, dir, scenario.step);
  await installer.gc();
  const healed = await look(dir);
  // A new link that was ready, with nothing yet in its place, is put there.
  expect([found, scenario.after], `${told}: torn by gc`).toContain(healed);
  expect(await orphans(join(dir, 'state'), { afterGc: true }), told).toEqual([]);
  const kept = ['agentmesh.lock', 'agentmesh.yaml'];
  expect(
    (await readdir(join(dir, 'project'))).filter((name) => !kept.includes(name)),
    told,
  ).toEqual([]);
  const reports = await installer.verifyInstalled();
  const sound = scenario.step !== 'repair' || healed === scenario.after;
  expect(reports.every(({ intact }) => intact) || !sound, told).toBe(true);
  await rm(dir, { recursive: true });
  return killed;
}

describe.runIf(process.platform === 'linux')('kill -9', () => {
  it(`at ${KILLS} different system calls leaves the old state or the new one, and gc leaves no orphans`, {
    timeout: 600_000,
  }, async () => {
    const dir = await temporaryFolder();
    const around = { dir, registry: await makeShelf(dir) };
    const scenarios: Scenario[] = [];
    for (const index of SCENARIOS.keys()) scenarios.push(await prepare(around, index));
    const all = scenarios.flatMap((scenario) => scenario.calls.map((call) => ({ scenario, call })));
    expect(all.length).toBeGreaterThan(KILLS);
    // Spread over all of them; which ones moves from run to run.
    const from = Math.floor(Math.random() * all.length);
    const order = all.map(
      (_, index) => (from + Math.floor((index * all.length) / KILLS) + Math.floor(index / KILLS)) % all.length,
    );
    const left = [...new Set([...order.slice(0, KILLS), ...all.keys()])];
    let kills = 0;
    const worker = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined && kills < KILLS; next = left.shift()) {
        const chosen = all[next];
        if (chosen !== undefined && (await killOnce(around, chosen.scenario, chosen.call))) kills += 1;
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, worker));
    expect(kills).toBeGreaterThanOrEqual(KILLS);
  });
});
