import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSettings } from '../src/settings.js';

let cwd: string;
let userDir: string;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'agentmesh-settings-'));
  cwd = join(folder, 'project');
  userDir = join(folder, 'user');
  await mkdir(cwd);
  await mkdir(userDir);
});
afterEach(() => rm(join(cwd, '..'), { recursive: true }));

const registry = async (env: Record<string, string> = {}, flags: { registry?: string } = {}) =>
  (await readSettings({ cwd, env, userDir }, flags)).registryPath;

describe('readSettings', () => {
  it('takes flag before environment before project before user before default', async () => {
    expect(await registry()).toBe(join(cwd, '.agentmesh/registry.json'));
    await writeFile(join(userDir, 'settings.yaml'), 'registry: user.json\n');
    expect(await registry()).toBe(join(userDir, 'user.json'));
    await writeFile(join(cwd, 'agentmesh.yaml'), 'registry: project.json\nplugins: {}\n');
    expect(await registry()).toBe(join(cwd, 'project.json'));
    expect(await registry({ AGENTMESH_REGISTRY: 'env.json' })).toBe(join(cwd, 'env.json'));
    expect(await registry({ AGENTMESH_REGISTRY: 'env.json' }, { registry: '/flag.json' })).toBe('/flag.json');
  });

  it.each([
    ['plugins alone', 'plugins:\n  registry: "*"\n# registry: x\n', undefined],
    ['plugins and settings', 'plugins:\n  a: "*"\nregistry: x.json\n', 'x.json'],
    ['keys that are all indented', '  plugins:\n    a: "*"\n  registry: x.json\n', 'x.json'],
    ['a quoted key', 'plugins: {}\n"registry": x.json\n', 'x.json'],
    ['one line', '{plugins: {}, registry: "5"}\n', '5'],
    ['a text over several lines', 'minimumAge: 3d\n  registry: x\n', undefined],
  ])('finds what is set in a file with %s', async (_, text, set) => {
    await writeFile(join(cwd, 'agentmesh.yaml'), text);
    expect(await registry()).toBe(set === undefined ? join(cwd, '.agentmesh/registry.json') : join(cwd, set));
  });

  it('knows when nobody is there to ask', async () => {
    const unattended = async (CI: string) => (await readSettings({ cwd, env: { CI }, userDir })).unattended;
    expect([await unattended('true'), await unattended('1'), await unattended('false'), await unattended('')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('moves everything with AGENTMESH_HOME', async () => {
    const settings = await readSettings({ cwd, env: { AGENTMESH_HOME: '/srv/mesh' }, userDir });
    expect(settings).toMatchObject({ pluginsDir: '/srv/mesh/plugins', trustedKeysPath: '/srv/mesh/trusted-keys.yaml' });
  });

  it.each([
    ['key: /tmp/theirs.pem', 'a project that chooses the signing key'],
    ['author: mallory', 'a project that chooses the author'],
    ['registry: 5', 'a number'],
    ['- a', 'a list'],
    ['a: [', 'broken YAML'],
    ['a: 1\na: 2', 'a duplicate key'],
    ['registry: true', 'a truth value'],
    ['registry:', 'nothing'],
    ['registry: [x]', 'a list in the place of text'],
    ['registry: &a x\nlocal_plugins: *a', 'an alias'],
  ])('refuses %j: %s', async (text) => {
    await writeFile(join(cwd, 'agentmesh.yaml'), text);
    await expect(readSettings({ cwd, env: {}, userDir })).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
  });
});
