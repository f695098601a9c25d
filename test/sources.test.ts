import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  createAuthority,
  createRepositories,
  startDockerRegistry,
  startGitServer,
  startNpmRegistry,
  startSshServer,
} from '@agentmesh/test-support';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliWorkspace, openWorkspace } from '../apps/cli/test/support/workspace.js';
import { type PublishedSkill, startClawhub } from '../packages/resolver-clawhub/test/clawhub-server.js';

const MINUTES = 60_000;
const closing: (() => unknown)[] = [];
const authority = createAuthority('git.test', 'other.test', 'localhost');

let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-sources-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'ca.pem'), authority.ca);
  env = { AGENTMESH_CA: join(folder, 'ca.pem'), AGENTMESH_ALLOW_PRIVATE_HOSTS: '127.0.0.1' };
});
afterAll(async () => {
  for (const close of closing) await close();
});

/** A plugin that answers with its word, and with the version of it. */
function pluginFiles(version = '1.0.0', name = 'greeter'): Record<string, string> {
  const fields = { name, version, description: 'd', author: 'alice@example.com', plugin_type: 'integration' };
  return {
    'agent-plugin.yaml': JSON.stringify(fields),
    'index.js': `export const greet = () => 'hello ${version}';\n`,
    'docs/readme.md': 'Greets\n',
  };
}

async function writeFiles(dir: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  return dir;
}

async function archive(version?: string): Promise<Uint8Array> {
  const dir = await writeFiles(await mkdtemp(join(folder, 'archive-')), pluginFiles(version));
  await execa('tar', ['-czf', `${dir}.tgz`, '-C', dir, '.']);
  return readFile(`${dir}.tgz`);
}

/** What a test needs of a scheme. */
interface Case {
  readonly source: string;
  /** As the lock has it. */
  readonly resolved: RegExp;
  readonly env?: Record<string, string>;
  /** Makes what lies beside a project, in it. */
  prepare?(where: CliWorkspace): Promise<void>;
  /** Lets the reference stand for something newer. */
  move?(): Promise<void> | void;
}

const repositories = createRepositories();
closing.push(() => repositories.remove());

async function overGit(scheme: 'git' | 'github', name: string): Promise<Case> {
  repositories.make(name, pluginFiles());
  const server = await startGitServer({ root: repositories.root, authority });
  closing.push(() => server.close());
  const host = `127.0.0.1:${server.port}`;
  return {
    source: scheme === 'git' ? `git://${host}/${name}.git` : `github://${name}`,
    resolved: /#[0-9a-f]{40}$/,
    env: { AGENTMESH_GITHUB_URL: `https://${host}` },
    move: () => void repositories.commit(name, pluginFiles('2.0.0')),
  };
}

const CASES: Readonly<Record<string, () => Promise<Case>>> = {
  git: () => overGit('git', 'alice/one'),
  github: () => overGit('github', 'alice/two'),
  'git+ssh': async () => {
    repositories.make('three', {
      ...Object.fromEntries(Object.entries(pluginFiles()).map(([path, text]) => [`sub/${path}`, text])),
    });
    const server = await startSshServer();
    closing.push(() => server.close());
    return {
      source: `git+ssh://${server.user}@127.0.0.1:${server.port}${repositories.root}/three.git//sub#main`,
      resolved: /\/\/sub#[0-9a-f]{40}$/,
      env: { AGENTMESH_SSH_KEY: server.goodKey, AGENTMESH_SSH_KNOWN_HOSTS: server.knownHosts },
    };
  },
  https: async () => {
    const bytes = await archive();
    const server = createServer(authority, (_, response) => response.end(bytes));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => server.close());
    const { port } = server.address() as AddressInfo; // it listens on TCP
    return { source: `https://127.0.0.1:${port}/greeter.tgz`, resolved: /#sha512=[0-9a-f]{128}$/ };
  },
  oci: async () => {
    const registry = await startDockerRegistry();
    closing.push(() => registry.close());
    const author = await freshWorkspace();
    const source = `oci://${registry.host}/alice/greeter:stable`;
    const push = async (version?: string): Promise<void> => {
      const dir = await writeFiles(author.path('greeter'), pluginFiles(version));
      await json(author, ['plugin', 'sign', dir]);
      await json(author, ['plugin', 'push', source, dir]);
    };
    await push();
    return { source, resolved: /@sha256:[0-9a-f]{64}$/, move: () => push('2.0.0') };
  },
  clawhub: async () => {
    const skills: Record<string, PublishedSkill> = {
      greeter: { owner: 'alice', versions: { '1.0.0': pluginFiles() } },
    };
    const server = await startClawhub(skills, { tls: authority });
    closing.push(() => server.close());
    return {
      source: 'clawhub://alice/greeter',
      resolved: /^clawhub:\/\/alice\/greeter@1\.0\.0$/,
      env: { AGENTMESH_CLAWHUB_URL: server.url },
      move: () => {
        skills.greeter = { owner: 'alice', versions: { '1.0.0': pluginFiles(), '2.0.0': pluginFiles('2.0.0') } };
      },
    };
  },
  npm: async () => {
    const registry = await startNpmRegistry();
    closing.push(() => registry.close());
    const publish = async (version: string): Promise<void> => {
      const file = JSON.stringify({ name: '@agentmesh/greeter', version, scripts: { postinstall: 'exit 1' } });
      const dir = await writeFiles(join(folder, `npm-${version}`), { ...pluginFiles(version), 'package.json': file });
      await writeFile(join(dir, '.npmrc'), registry.npmrc);
      await execa('npm', ['publish', '--ignore-scripts'], { cwd: dir, env: { HOME: folder } });
    };
    await publish('1.0.0');
    return {
      source: 'npm://@agentmesh/greeter',
      resolved: /^npm:\/\/@agentmesh\/greeter@1\.0\.0$/,
      env: { AGENTMESH_NPM_REGISTRY: registry.url },
      move: () => publish('2.0.0'),
    };
  },
  registry: async () => {
    const path = join(folder, 'shared/registry.json');
    const author = await freshWorkspace();
    const publish = async (version: string): Promise<void> => {
      const dir = await writeFiles(author.path(version), pluginFiles(version));
      await json(author, ['plugin', 'publish', dir], { AGENTMESH_REGISTRY: path });
    };
    await publish('1.0.0');
    return {
      source: 'registry://greeter@>=1.0.0',
      resolved: /^registry:\/\/greeter@1\.0\.0$/,
      env: { AGENTMESH_REGISTRY: path },
      move: () => publish('2.0.0'),
    };
  },
  local: async () => ({
    source: 'local://greeter',
    resolved: /^local:\/\/greeter$/,
    prepare: async (where) => void (await writeFiles(where.path('plugins/greeter'), pluginFiles())),
  }),
};

async function freshWorkspace(): Promise<CliWorkspace> {
  const where = await openWorkspace();
  closing.push(() => where.close());
  return where;
}

async function json(where: CliWorkspace, args: readonly string[], own: Record<string, string> = {}): Promise<unknown> {
  const { status, stdout, stderr } = await where.run([...args, '--json'], { env: { ...env, ...own } });
  expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
  return JSON.parse(stdout);
}

describe('a plugin from any source', () => {
  it.each(Object.keys(CASES))(
    'is installed, verified and run from %s, and its lock brings the same bytes to another machine',
    async (scheme) => {
      const one = await CASES[scheme]?.();
      if (one === undefined) throw new TypeError('A scheme without a case');
      const first = await freshWorkspace();
      await one.prepare?.(first);
      await json(first, ['plugin', 'install', one.source], one.env);
      await json(first, ['plugin', 'verify'], one.env);
      const answer = await json(first, ['plugin', 'run', 'greeter', 'greet'], one.env);
      expect(answer).toMatchObject({ result: 'hello 1.0.0' });
      const { greeter } = JSON.parse(await readFile(first.path('agentmesh.lock'), 'utf8')).plugins;
      expect(greeter.resolved).toMatch(one.resolved);
      expect(greeter).not.toHaveProperty('unpinned');

      await one.move?.();
      const second = await freshWorkspace();
      await one.prepare?.(second);
      for (const file of ['agentmesh.yaml', 'agentmesh.lock']) await cp(first.path(file), second.path(file));
      await json(second, ['plugin', 'install', '--frozen'], one.env);
      for (const path of Object.keys(pluginFiles())) {
        const place = join('.agentmesh/plugins/greeter', path);
        expect(await readFile(second.path(place))).toEqual(await readFile(first.path(place)));
      }
    },
    2 * MINUTES,
  );

  it('comes out of the cache for a second project, when it is pinned', async () => {
    const bytes = await archive();
    let requests = 0;
    const server = createServer(authority, (_, response) => {
      requests += 1;
      response.end(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const digest = createHash('sha256').update(bytes).digest('hex');
    const own = { AGENTMESH_CACHE: join(folder, 'cache') };
    for (const where of [await freshWorkspace(), await freshWorkspace()])
      await json(where, ['plugin', 'install', `https://127.0.0.1:${port}/greeter.tgz#sha256=${digest}`], own);
    expect(requests).toBe(1);
  });

  it('is refused by --pinned where it is not, before the network is used', async () => {
    const where = await freshWorkspace();
    for (const source of ['github://alice/two', 'https://127.0.0.1:1/x.tgz', 'clawhub://x', 'oci://127.0.0.1:1/x']) {
      const { status, stderr } = await where.run(['plugin', 'install', source, '--pinned']);
      expect({ status, stderr }).toMatchObject({ status: 4, stderr: expect.stringContaining('SOURCE_UNPINNED') });
    }
    await writeFile(where.path('agentmesh.yaml'), 'policy:\n  pinned: required\n');
    const { stderr } = await where.run(['plugin', 'install', 'git://example.com/x.git#main']);
    expect(stderr).toContain('SOURCE_UNPINNED');
  });

  it.each([
    ['file:///etc/passwd', 'SOURCE_SCHEME_UNKNOWN', 2],
    ['LOCAL://demo', 'SOURCE_SCHEME_UNKNOWN', 2],
    ['gitea://a/b', 'SOURCE_SCHEME_UNKNOWN', 2],
    ['local://../evil', 'SOURCE_SYNTAX', 2],
    ['https://169.254.169.254/x.tgz', 'FETCH_FAILED', 8],
  ])('is not installed from %s', async (source, code, status) => {
    const where = await freshWorkspace();
    const run = await where.run(['plugin', 'install', source], { env });
    expect(run).toMatchObject({ status, stderr: expect.stringContaining(code) });
  });
});

describe('a plugin of the Python toolkit whose registry says where its archive is', () => {
  it('is installed by its name from there, the hash checked', async () => {
    const { 'agent-plugin.yaml': _, ...files } = pluginFiles();
    const dir = await writeFiles(join(folder, 'old'), files);
    await execa('python3', ['-m', 'zipfile', '-c', `${dir}.zip`, ...Object.keys(files)], { cwd: dir });
    const bytes = await readFile(`${dir}.zip`);
    const server = createServer(authority, (_request, response) => response.end(bytes));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const where = await freshWorkspace();
    const listed = (name: string, sha256: string): object => ({
      ...{ name, version: '1.0.0', description: 'd', author: 'alice@example.com', plugin_type: 'integration' },
      ...{ capabilities: [], dependencies: [], min_agentmesh_version: null, organization: null, signature: null },
      ...{ artifact_url: `https://127.0.0.1:${port}/greeter-1.0.0.zip`, artifact_sha256: sha256 },
    });
    const right = createHash('sha256').update(bytes).digest('hex');
    const registry = JSON.stringify([listed('greeter', right), listed('liar', 'ab'.repeat(32))]);
    await writeFiles(where.project, { '.agentmesh/registry.json': registry });
    await json(where, ['plugin', 'install', 'greeter']);
    await json(where, ['plugin', 'verify', 'greeter']);
    expect(await json(where, ['plugin', 'run', 'greeter', 'greet'])).toMatchObject({ result: 'hello 1.0.0' });
    const refused = await where.run(['plugin', 'install', 'liar'], { env });
    expect(refused).toMatchObject({ status: 4, stderr: expect.stringContaining('INTEGRITY_MISMATCH') });
  });
});

describe('a folder that somebody works on', () => {
  it('is linked, changed, linked again, and shown as unpinned', async () => {
    const where = await freshWorkspace();
    await writeFiles(where.path('mine'), pluginFiles());
    expect(await json(where, ['plugin', 'link', 'mine'])).toMatchObject({
      installed: [{ change: 'installed', unpinned: true }],
    });
    await writeFiles(where.path('mine'), { 'index.js': "export const greet = () => 'changed';\n" });
    expect(await json(where, ['plugin', 'link'])).toMatchObject({ installed: [{ change: 'replaced' }] });
    expect(await json(where, ['plugin', 'run', 'greeter', 'greet'])).toMatchObject({ result: 'changed' });
    expect(await json(where, ['plugin', 'list'])).toMatchObject({
      plugins: [{ source: 'local://./mine', unpinned: true }],
    });
    expect((await where.run(['plugin', 'list'])).stdout).toContain('unpinned');
    expect(JSON.parse(await readFile(where.path('agentmesh.lock'), 'utf8')).plugins.greeter.unpinned).toBe(true);
    const refused = await where.run(['plugin', 'link', './mine', '--pinned']);
    expect(refused).toMatchObject({ status: 4, stderr: expect.stringContaining('SOURCE_UNPINNED') });
    await json(where, ['plugin', 'uninstall', 'greeter']);
    expect((await where.run(['plugin', 'link'])).stderr).toContain('NOTHING_INSTALLED');
    expect(await json(where, ['plugin', 'install', './mine'])).toMatchObject({ installed: [{ unpinned: true }] });
  });
});
