import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { activateWorkspace } from '@agentmesh/activation';
import { MarketplaceError } from '@agentmesh/errors';
import { describe, expect, it } from 'vitest';
import { readPlugin, testShapes } from './test-shapes.js';
import { installPlugin, skill, snapshot, temporaryFolder, writeFiles } from './workshop.js';

const HOOKS = join(import.meta.dirname, '../../../test/support/source-hooks.mjs');
const CHILD = join(import.meta.dirname, 'workspace-child.ts');

async function makeWorkspace(): Promise<string> {
  const folder = join(await temporaryFolder(), 'workspace');
  await writeFiles(folder, { '.codex/config.toml': '# mine\nmodel = "m"\n', 'AGENTS.md': '# Mine\n' });
  const plugins = join(folder, '.agentmesh/plugins');
  await installPlugin(plugins, 'notes', '1', { 'skills/notes/SKILL.md': skill('notes'), 'rules/a.md': 'Rule.' });
  await installPlugin(plugins, 'tools', '1', {
    '.mcp.json': '{"mcpServers":{"files":{"command":"node","args":["one"]}}}',
    'agents/tester.md': '---\nname: tester\ndescription: Tests.\n---\nTest.',
  });
  return folder;
}

const activate = (folder: string) => activateWorkspace({ folder, runtime: 'codex', shapes: testShapes(), readPlugin });

async function run(folder: string, number: number): Promise<number | undefined> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', HOOKS, CHILD, folder, String(number)],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: join(tmpdir(), 'agentmesh-activation-compile-cache') },
    },
  );
  const [said, errors] = await Promise.all([child.stdout.toArray(), child.stderr.toArray(), once(child, 'exit')]);
  if (child.signalCode === 'SIGKILL') return undefined;
  if (child.exitCode !== 0) throw new Error(Buffer.concat(errors).toString());
  return Number(Buffer.concat(said).toString());
}

describe('activateWorkspace', () => {
  it('brings everything that is installed, and changes nothing when it is done again', async () => {
    const folder = await makeWorkspace();
    const { activated, removed, failed } = await activate(folder);
    expect([removed, failed]).toEqual([[], []]);
    expect(activated.map(({ plugin, findings }) => [plugin, findings])).toEqual([
      ['notes', []],
      ['tools', []],
    ]);
    const first = await snapshot(folder);
    expect(Object.keys(first).sort()).toEqual([
      '.agents/skills/notes',
      '.codex/agents/tester.toml',
      '.codex/config.toml',
      'AGENTS.md',
    ]);
    await activate(folder);
    await activate(folder);
    expect(await snapshot(folder)).toEqual(first);
  });

  it('takes out what is installed no more, and gives back what was there before', async () => {
    const folder = await makeWorkspace();
    const before = await snapshot(folder);
    await activate(folder);
    for (const name of ['notes', 'tools']) await rm(join(folder, '.agentmesh/plugins', name));
    const { removed } = await activate(folder);
    expect(removed.map(({ plugin }) => plugin).sort()).toEqual(['notes', 'tools']);
    expect(await snapshot(folder)).toEqual(before);
  });

  it('goes on past a plugin that cannot be verified, whose things stay as they were', async () => {
    const folder = await makeWorkspace();
    await activate(folder);
    const first = await snapshot(folder);
    const { activated, failed } = await activateWorkspace({
      folder,
      runtime: 'codex',
      shapes: testShapes(),
      readPlugin: async (name, dir) => {
        if (name === 'notes') throw new MarketplaceError('Changed', { code: 'TREE_TAMPERED' });
        return readPlugin(name, dir);
      },
    });
    expect(activated.map(({ plugin }) => plugin)).toEqual(['tools']);
    expect(failed).toEqual([
      { plugin: 'notes', finding: { code: 'tree-tampered', severity: 'error', path: '', message: 'Changed' } },
    ]);
    expect(await snapshot(folder)).toEqual(first);
  });

  it('says of an error that is not ours no more than that there was one', async () => {
    const folder = await makeWorkspace();
    const secret = async (): Promise<never> => {
      throw new Error('a secret');
    };
    const { failed } = await activateWorkspace({ folder, runtime: 'codex', shapes: testShapes(), readPlugin: secret });
    expect(failed.map(({ finding }) => finding.code)).toEqual(['plugin-unreadable', 'plugin-unreadable']);
    expect(JSON.stringify(failed)).not.toContain('secret');
  });

  it('takes nothing that is no plugin for one', async () => {
    const folder = await makeWorkspace();
    await mkdir(join(folder, '.agentmesh/plugins/..x'));
    await writeFile(join(folder, '.agentmesh/plugins/agentmesh.lock'), '{}');
    expect((await activate(folder)).activated).toHaveLength(2);
  });

  it('knows its runtimes', async () => {
    const folder = await makeWorkspace();
    const asked = activateWorkspace({ folder, runtime: 'claud', shapes: testShapes(), readPlugin });
    await expect(asked).rejects.toMatchObject({ code: 'CLIENT_UNKNOWN', hint: 'Did you mean claude?' });
  });

  it('killed anywhere, is whole after the next start', { timeout: 60_000 }, async () => {
    const folder = await makeWorkspace();
    const dir = await temporaryFolder();
    const clone = (name: string): string => {
      cpSync(join(folder, '..'), join(dir, name), { recursive: true, verbatimSymlinks: true });
      return join(dir, name, 'workspace');
    };
    const whole = clone('whole');
    const calls = (await run(whole, 0)) ?? 0;
    const after = JSON.stringify(await snapshot(whole));
    const stops = [0.1, 0.35, 0.6, 0.8, 1].map((part) => Math.max(1, Math.round(calls * part)));
    for (const number of stops) {
      const copy = clone(String(number));
      expect(await run(copy, number)).toBeUndefined();
      await activate(copy);
      expect(JSON.stringify(await snapshot(copy)), `killed at ${number} of ${calls}`).toBe(after);
    }
  });
});
