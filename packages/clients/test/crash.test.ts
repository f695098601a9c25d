import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commitTogether, createInstallContext, listInClients, removeFromClients } from '@agentmesh/clients';
import { describe, expect, it } from 'vitest';
import { makeWorkshop, snapshot, temporaryFolder, type Workshop, writeFiles } from './workshop.js';

const HOOKS = join(import.meta.dirname, '../../../test/support/source-hooks.mjs');
const CHILD = join(import.meta.dirname, 'crash-child.mjs');
/** Client and how skills get there, so that all syntaxes and both ways are met. */
const CASES = [
  ['codex', 'never'],
  ['gemini', 'auto'],
  ['codex,cursor', 'auto'],
] as const;

/** Stops one change in each of many folders, at another call each, and is killed then. With 0 it runs through, and the answer is the number of calls. */
async function run(args: readonly string[], stops: ReadonlyMap<string, number>): Promise<number | undefined> {
  const runs = [...stops].map(([dir, number]) => `${dir}:${number}`);
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', HOOKS, CHILD, ...args, ...runs],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: join(tmpdir(), 'agentmesh-clients-compile-cache') },
    },
  );
  const [said, errors] = await Promise.all([child.stdout.toArray(), child.stderr.toArray(), once(child, 'exit')]);
  if (child.signalCode === 'SIGKILL') return undefined;
  if (child.exitCode !== 0) throw new Error(Buffer.concat(errors).toString());
  return Number(Buffer.concat(said).toString());
}

/** The same change in this process. */
async function perform(dir: string, client: string, links: 'auto' | 'never', step: string): Promise<void> {
  const folders = foldersOf(dir);
  const pluginDir = join(dir, 'plugins/notes');
  if (step === 'remove') return void (await removeFromClients({ ...folders, plugin: 'notes' }));
  const { skills, text } = JSON.parse(await readFile(join(dir, `${step}.json`), 'utf8'));
  const contexts = [];
  for (const id of client.split(',')) {
    const context = createInstallContext({ ...folders, client: id, plugin: 'notes', pluginDir, links });
    const shape = context.forShape('all');
    for (const name of skills) await shape.registerSkill({ name, folder: join(pluginDir, 'skills', name) });
    await shape.registerMcpServer({ name: 'files', server: { type: 'stdio', command: 'node', args: [text] } });
    await shape.registerSubagent({ name: 'tester', description: 'Tests', prompt: text });
    await shape.appendMemory({ from: 'rules/style.md', text });
    contexts.push(context);
  }
  await commitTogether(contexts);
}

const foldersOf = (dir: string) =>
  ({
    scope: 'project',
    projectDir: join(dir, 'project'),
    homeDir: join(dir, 'home'),
    journalDir: join(dir, 'journal'),
  }) as const;

async function ready(shop: Workshop, client: string, links: 'auto' | 'never', step: string): Promise<void> {
  const config = client.startsWith('codex') ? '# mine\nmodel = "m"' : '{\n  // mine\n  "theme": "dark"\n}\n';
  await writeFiles(shop.project, {
    'AGENTS.md': '# Mine',
    'GEMINI.md': '# Mine\n',
    [client.startsWith('codex') ? '.codex/config.toml' : '.gemini/settings.json']: config,
  });
  await writeFiles(shop.dir, {
    'plugins/notes/skills/a/SKILL.md': 'a',
    'plugins/notes/skills/b/SKILL.md': 'b',
    'plugins/notes/skills/b/more/x.txt': 'x',
    'install.json': JSON.stringify({ skills: ['a', 'b'], text: 'one' }),
    'upgrade.json': JSON.stringify({ skills: ['b'], text: 'two' }),
  });
  if (step !== 'install') await perform(shop.dir, client, links, 'install');
  if (step === 'upgrade') await writeFiles(shop.dir, { 'plugins/notes/skills/b/SKILL.md': 'b, better' });
}

describe('kill -9', () => {
  it.each(
    CASES.flatMap(([client, links]) => ['install', 'upgrade', 'remove'].map((step) => [step, client, links] as const)),
  )(
    'at each write of %s for %s with links %s leaves what the next run makes the state before or the one after',
    { timeout: 120_000 },
    async (step, client, links) => {
      const shop = await makeWorkshop();
      await ready(shop, client, links, step);
      const before = await snapshot(shop.project);
      const dir = await temporaryFolder();
      const clone = (name: string): string => {
        const copy = join(dir, name);
        cpSync(shop.dir, copy, { recursive: true, verbatimSymlinks: true });
        return copy;
      };
      const whole = clone('whole');
      const calls = (await run([client, links, step], new Map([[whole, 0]]))) ?? 0;
      expect(calls).toBeGreaterThan(10);
      // A link names its folder, which moves with the clone.
      const look = async (at: string): Promise<string> =>
        JSON.stringify(await snapshot(join(at, 'project'))).replaceAll(at, shop.dir);
      const after = await look(whole);
      const stops = new Map<string, number>();
      for (let number = 1; number <= calls; number += 1) stops.set(clone(String(number)), number);
      expect(await run([client, links, step], stops)).toBeUndefined();
      const seen = new Set<string>();
      for (const [copy, number] of stops) {
        await listInClients(foldersOf(copy));
        const healed = await look(copy);
        expect([JSON.stringify(before), after], `killed at ${number} of ${calls}`).toContain(healed);
        seen.add(healed);
        const left = await readdir(join(copy, 'journal/project'));
        expect(left.filter((name) => name.startsWith('pending'))).toEqual([]);
        await perform(copy, client, links, step);
        expect(await look(copy), `again after ${number}`).toBe(after);
      }
      expect(seen).toContain(after);
    },
  );
});
