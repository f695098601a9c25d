import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { activatePlugins } from '@agentmesh/activation';
import { CLIENTS } from '@agentmesh/clients';
import type { StagedPlugin } from '@agentmesh/shape';
import { afterAll, test } from 'vitest';
import { readPlugin, testShapes } from '../test/test-shapes.js';

const PLUGINS = 50;
const folder = await mkdtemp(join(tmpdir(), 'activation-bench-'));
const plugins: StagedPlugin[] = [];
for (let index = 0; index < PLUGINS; index += 1) {
  const name = `plugin-${index}`;
  const root = join(folder, 'plugins', name);
  await mkdir(join(root, 'skills', name), { recursive: true });
  await mkdir(join(root, 'rules'));
  await writeFile(join(root, 'skills', name, 'SKILL.md'), `---\nname: ${name}\ndescription: d\n---\nDo it.\n`);
  await writeFile(join(root, 'rules/style.md'), `Rule of ${name}.\n`);
  await writeFile(join(root, '.mcp.json'), JSON.stringify({ mcpServers: { [name]: { command: 'node' } } }));
  await mkdir(join(root, 'agents'), { recursive: true });
  await writeFile(join(root, 'agents/tester.md'), `---\nname: ${name}\ndescription: Tests.\n---\nTest.\n`);
  plugins.push(await readPlugin(name, root));
}

afterAll(() => rm(folder, { recursive: true, force: true }));

let runs = 0;

/** A project of its own for each run, of which nothing is there yet. */
async function nextProject(): Promise<string> {
  runs += 1;
  const project = join(folder, `run-${runs}`);
  await mkdir(project);
  return project;
}

async function activate(project: string): Promise<void> {
  const rows = await activatePlugins({
    plugins,
    clients: CLIENTS.map(({ id }) => id),
    scope: 'project',
    folders: { projectDir: project, homeDir: project, journalDir: join(project, 'journal') },
    shapes: testShapes(),
  });
  const faults = rows.flatMap(({ findings }) => findings);
  if (faults.length > 0) throw new Error(JSON.stringify(faults[0]));
}

/** The least that brings the same there: plain copies of skills and sub-agents, and one plain write of each shared file. */
async function copyPlainly(project: string): Promise<void> {
  for (const { project: places } of CLIENTS) {
    await mkdir(join(project, places.subagents.folder), { recursive: true });
    for (const { name, root } of plugins) {
      await cp(join(root, 'skills', name), join(project, places.skills, name), { recursive: true });
      await writeFile(join(project, places.subagents.folder, `${name}${places.subagents.extension}`), 'Test.');
    }
    const shared = plugins.map(({ name }) => `${name}: Rule of ${name}.`).join('\n');
    for (const path of [places.memory, places.mcp.path]) {
      if (typeof path === 'string') await writeFile(join(project, path), shared);
    }
  }
}

test(`activate ${PLUGINS} plugins, each with a skill, a rule, a server and a sub-agent, into ${CLIENTS.length} clients (at most 2 s)`, async ({
  bench,
}) => {
  const done = await nextProject();
  await activate(done);
  await bench.compare(
    bench('activated', async () => activate(await nextProject())),
    bench('activated again, with nothing to do', () => activate(done)),
    bench('reference: copied and written plainly', async () => copyPlainly(await nextProject())),
    { iterations: 5, time: 0, warmupIterations: 1, warmupTime: 0 },
  );
}, 120_000);
