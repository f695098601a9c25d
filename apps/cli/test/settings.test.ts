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
  (await readSettings({ cwd, env, userDir }, flags)).registry.location;

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
    ['allow_private_hosts: [10.0.0.0/8]', 'a project that opens the private network'],
    ['github_url: https://evil.example', 'a project that sends a scheme elsewhere'],
    ['credentials: ./theirs.json', 'a project that hands out credentials'],
    ['ca: ./theirs.pem', 'a project that adds an authority'],
    ['resolvers: agentmesh-resolver-x', 'text in the place of a list'],
    ['resolvers: [[x]]', 'a list of lists'],
    ['policy: required', 'a policy that is text'],
    ['policy: { pinned: always }', 'an answer that no policy has'],
    ['policy: { pin: required }', 'a policy that there is not'],
    ['policy: [pinned]', 'a policy that is a list'],
  ])('refuses %j: %s', async (text) => {
    await writeFile(join(cwd, 'agentmesh.yaml'), text);
    await expect(readSettings({ cwd, env: {}, userDir })).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
  });

  it('reads how sources are reached from the environment, else from the user', async () => {
    const lines = [
      'allow_private_hosts: [10.0.0.0/8, git.local]',
      'cache: c',
      'ca: ca.pem',
      'clawhub_url: https://claw.example',
    ];
    await writeFile(join(userDir, 'settings.yaml'), [...lines, 'credentials: mine.json', 'ssh_key: id', ''].join('\n'));
    const { network } = await readSettings({ cwd, env: {}, userDir });
    expect(network).toMatchObject({
      allowPrivateHosts: ['10.0.0.0/8', 'git.local'],
      cacheDir: join(userDir, 'c'),
      caPath: join(userDir, 'ca.pem'),
      credentialsPath: join(userDir, 'mine.json'),
      baseUrls: { clawhub: 'https://claw.example', github: undefined },
      ssh: { identityFile: join(userDir, 'id') },
    });
    const env = {
      AGENTMESH_ALLOW_PRIVATE_HOSTS: '127.0.0.1, ::1',
      AGENTMESH_CACHE: 'mine',
      AGENTMESH_CREDENTIALS: '/etc/tokens.json',
      AGENTMESH_CLAWHUB_URL: 'https://other.example',
      AGENTMESH_TOKEN_git_example: 'secret',
      https_proxy: 'http://proxy:8080',
      NO_PROXY: 'localhost',
      SSH_AUTH_SOCK: '/run/agent',
      HOME: '/root',
    };
    expect((await readSettings({ cwd, env, userDir })).network).toMatchObject({
      allowPrivateHosts: ['127.0.0.1', '::1'],
      cacheDir: join(cwd, 'mine'),
      credentialsPath: '/etc/tokens.json',
      baseUrls: { clawhub: 'https://other.example' },
      tokens: { AGENTMESH_TOKEN_git_example: 'secret' },
      proxy: { https_proxy: 'http://proxy:8080', NO_PROXY: 'localhost' },
      ssh: { agentSocket: '/run/agent' },
    });
  });

  it("keeps credentials and downloads in the user's folders by default", async () => {
    const { network } = await readSettings({ cwd, env: {}, userDir, cacheDir: '/cache' });
    expect(network).toMatchObject({ credentialsPath: join(userDir, 'credentials.json'), cacheDir: '/cache/downloads' });
  });

  it('asks for pinned sources when anybody does: a flag, the environment, the project, the user', async () => {
    const pinned = async (env: Record<string, string> = {}, flags: { pinned?: boolean } = {}) =>
      (await readSettings({ cwd, env, userDir }, flags)).network.pinned;
    expect(await pinned()).toBeUndefined();
    expect(await pinned({}, { pinned: true })).toBe('required');
    expect(await pinned({ AGENTMESH_PINNED: 'required' })).toBe('required');
    await expect(pinned({ AGENTMESH_PINNED: 'yes' })).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    await writeFile(join(userDir, 'settings.yaml'), 'policy: { pinned: required }\n');
    expect(await pinned({ AGENTMESH_PINNED: 'allowed' })).toBe('required');
    await writeFile(join(cwd, 'agentmesh.yaml'), 'policy:\n  pinned: allowed\n');
    expect(await pinned()).toBe('required');
    await writeFile(join(userDir, 'settings.yaml'), '');
    await writeFile(join(cwd, 'agentmesh.yaml'), 'policy:\n  pinned: required\n');
    expect(await pinned()).toBe('required');
  });

  it('keeps apart which resolvers the project and the user name', async () => {
    await writeFile(join(userDir, 'settings.yaml'), 'resolvers: [agentmesh-resolver-a]\n');
    await writeFile(join(cwd, 'agentmesh.yaml'), 'resolvers:\n  - "@acme/agentmesh-resolver-s3"\n');
    const { resolvers } = await readSettings({ cwd, env: {}, userDir });
    expect(resolvers).toEqual({ project: ['@acme/agentmesh-resolver-s3'], user: ['agentmesh-resolver-a'] });
  });
});
