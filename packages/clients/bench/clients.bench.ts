import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ChangeReport,
  CLIENTS,
  type ClientContext,
  commitTogether,
  createInstallContext,
  removeFromClients,
} from '@agentmesh/clients';
import { afterAll, test } from 'vitest';

const PLUGINS = 50;
const folder = await mkdtemp(join(tmpdir(), 'clients-bench-'));
const plugins = Array.from({ length: PLUGINS }, (_, index) => `plugin-${index}`);
for (const plugin of plugins) {
  const skill = join(folder, 'plugins', plugin, 'skills', plugin);
  await mkdir(skill, { recursive: true });
  await writeFile(join(skill, 'SKILL.md'), `---\nname: ${plugin}\ndescription: d\n---\n`);
}

afterAll(() => rm(folder, { recursive: true, force: true }));

let runs = 0;

/** A project of its own for each run, of which nothing is there yet. */
function nextFolders(): { projectDir: string; homeDir: string; journalDir: string } {
  runs += 1;
  const dir = join(folder, `run-${runs}`);
  return { projectDir: join(dir, 'project'), homeDir: dir, journalDir: join(dir, 'journal') };
}

async function bringAll(folders: ReturnType<typeof nextFolders>, together: boolean): Promise<void> {
  await mkdir(folders.projectDir, { recursive: true });
  const contexts: ClientContext[] = [];
  for (const plugin of plugins) {
    const pluginDir = join(folder, 'plugins', plugin);
    for (const { id } of CLIENTS) {
      const context = createInstallContext({ ...folders, scope: 'project', client: id, plugin, pluginDir });
      const skills = context.forShape('agentskills');
      await skills.registerSkill({ name: plugin, folder: join(pluginDir, 'skills', plugin) });
      await skills.appendMemory({ from: 'rules/style.md', text: 'Short sentences.' });
      const server = { type: 'stdio', command: 'node', args: ['server.js'] } as const;
      await context.forShape('mcp').registerMcpServer({ name: plugin, server });
      contexts.push(context);
      if (!together) check([await context.commit()]);
    }
  }
  if (together) check(await commitTogether(contexts));
}

function check(reports: readonly ChangeReport[]): void {
  for (const { findings } of reports) if (findings.length > 0) throw new Error(JSON.stringify(findings));
}

test(`${PLUGINS} plugins, each with a skill, a server and a rule, into ${CLIENTS.length} clients (at most 2 s)`, async ({
  bench,
}) => {
  await bench.compare(
    bench('committed together', () => bringAll(nextFolders(), true)),
    bench('each committed by itself', () => bringAll(nextFolders(), false)),
    { iterations: 5, time: 0, warmupIterations: 1, warmupTime: 0 },
  );
}, 120_000);

test('and out of them again', async ({ bench }) => {
  await bench('bring and remove', async () => {
    const folders = nextFolders();
    await bringAll(folders, true);
    for (const plugin of plugins) await removeFromClients({ ...folders, scope: 'project', plugin });
  }).run({ iterations: 3, time: 0, warmupIterations: 0, warmupTime: 0 });
}, 120_000);
