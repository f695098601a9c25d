import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { serve, startPostgres } from '@agentmesh/test-support';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type CliWorkspace, openWorkspace } from './support/workspace.js';

const VALIDATOR = 'response-length-validator';
const root = join(import.meta.dirname, '../../..');
const serverBin = join(root, 'apps/server/bin/agentmesh-server.js');
const cliBin = join(root, 'apps/cli/bin/agentmesh.js');

let cli: CliWorkspace;
let running: ChildProcess | undefined;
beforeEach(async () => {
  cli = await openWorkspace();
});
afterEach(async () => {
  running?.kill('SIGKILL');
  running = undefined;
  await cli.close();
});

/** The server as its users start it; its URL and the token of its admin. */
async function startServer(start: readonly string[] = [serverBin]): Promise<{ url: string; token: string }> {
  const dataDir = cli.path('server-data');
  const path = `${cli.path('bin')}:${dirname(process.execPath)}:${process.env.PATH}`;
  const child = spawn(process.execPath, [...start, '--port', '0', '--data-dir', dataDir], {
    env: { PATH: path, HOME: cli.home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running = child;
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const [, found] = /listens at (\S+)\n/.exec(output) ?? [];
        if (found !== undefined) resolve(found);
      });
    }
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${output}`)));
  });
  return { url, token: (await readFile(join(dataDir, 'admin-token'), 'utf8')).trim() };
}

const json = async (...args: readonly string[]) => {
  const { status, stdout, stderr } = await cli.run([...args, '--json']);
  return { status, data: JSON.parse(stdout), stderr };
};

describe('A registry on a server', () => {
  it('is logged in to, published to, searched, installed from and read while it is gone', async () => {
    const { url, token } = await startServer();
    await cli.example(VALIDATOR);
    const refused = await json('plugin', 'publish', VALIDATOR, '--registry', url);
    expect(refused).toMatchObject({ status: 5, data: { error: { code: 'TOKEN_REQUIRED' } } });

    const wrong = await cli.run(['login', url, '--json'], { input: 'amt_000000000000_wrong\n' });
    expect(wrong.status).toBe(5);
    const login = await cli.run(['login', url], { input: `${token}\n` });
    expect(login).toMatchObject({ status: 0, stderr: '' });
    expect(login.stdout + wrong.stdout).not.toContain(token);
    const credentials = join(cli.home, 'config/credentials.json');
    expect((await stat(credentials)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(credentials, 'utf8'))).toEqual({ hosts: { [new URL(url).host]: { token } } });
    expect((await json('whoami', url)).data).toMatchObject({ scopes: ['admin'] });

    const published = await cli.run(['plugin', 'publish', VALIDATOR, '--registry', url]);
    expect(published).toMatchObject({ status: 0, stdout: expect.stringContaining(url) });
    expect((await json('plugin', 'search', 'length', '--registry', url)).data.total).toBe(1);
    expect((await json('plugin', 'owner', 'list', VALIDATOR, '--registry', url)).data.owners).toHaveLength(1);
    const deprecate = ['plugin', 'deprecate', VALIDATOR, '1.0.0', '--reason', 'late', '--registry', url];
    expect((await cli.run(deprecate)).status).toBe(0);
    expect((await json('plugin', 'info', VALIDATOR, '--registry', url)).data.status).toMatchObject({ reason: 'late' });
    expect((await json('plugin', 'yank', VALIDATOR, '1.0.0', '--undo', '--registry', url)).data.state).toBe('active');
    await writeFile(join(cli.home, 'config/settings.yaml'), `registry: ${url}\n`);
    expect((await cli.run(['plugin', 'install', VALIDATOR])).status).toBe(0);
    expect((await cli.run(['plugin', 'verify', VALIDATOR])).status).toBe(0);
    expect((await json('plugin', 'unregister', VALIDATOR, '--yes')).data.error.code).toBe('REGISTRY_READ_ONLY');

    running?.kill('SIGKILL');
    const old = await cli.run(['plugin', 'info', VALIDATOR]);
    expect(old.status).toBe(0);
    expect(old.stderr).toMatch(/could not be asked: this is what it said 0 minutes ago/);
    expect((await cli.run(['plugin', 'info', 'other'])).status).toBe(8);

    expect((await json('logout')).data).toEqual({ registry: `${url}/`, forgotten: true });
    expect((await json('logout')).data.forgotten).toBe(false);
    expect(JSON.parse(await readFile(credentials, 'utf8'))).toEqual({ hosts: {} });
  });

  it('gives its admin tokens for others, lists them, and ends them', async () => {
    const { url, token } = await startServer();
    const anonymous = await json('token', 'list', url);
    expect(anonymous).toMatchObject({ status: 5, data: { error: { code: 'TOKEN_REQUIRED' } } });
    await cli.run(['login', url], { input: token });
    const made = await cli.run(['token', 'create', 'ci', url, '--scope', 'publish', '--scope', 'read', '--days', '2']);
    expect(made).toMatchObject({ status: 0, stdout: expect.stringMatching(/^amt_[0-9a-f]{12}_\S+$/) });
    expect(made.stderr).toContain('agentmesh token revoke');
    expect(made.stderr).not.toContain(made.stdout.trim());
    const { data } = await json('token', 'list', url);
    const listed = data.tokens.find((one: { label: string }) => one.label === 'ci');
    expect(listed).toMatchObject({ scopes: ['publish', 'read'], revoked_at: null });
    expect(Date.parse(listed.expires_at) - Date.now()).toBeGreaterThan(86_400_000);
    expect(JSON.stringify(data)).not.toContain(made.stdout.trim());
    await cli.run(['login', url], { input: made.stdout });
    expect((await json('token', 'create', 'more', url, '--scope', 'admin')).data.error.code).toBe('SCOPE_MISSING');
    expect((await json('token', 'revoke', listed.id, url)).data).toEqual({ id: listed.id, revoked: true });
    expect((await json('token', 'list', url)).data.error.code).toBe('TOKEN_INVALID');
    await cli.run(['login', url], { input: token });
    const table = await cli.run(['token', 'list', url]);
    expect(table.stdout).toMatch(new RegExp(`${listed.id} +ci +revoked +publish, read`));
    expect((await json('token', 'revoke', listed.id, url)).data.error.code).toBe('TOKEN_NOT_FOUND');
    expect((await json('token', 'create', 'x', url, '--scope', 'root')).data.error.code).toBe('REQUEST_INVALID');
  });

  it('asks for the token at the terminal without showing it', async () => {
    const { url, token } = await startServer();
    const shown = await cli.terminal(['login', url], [['Token for', `${token}\r`]]);
    expect(JSON.stringify(shown)).toContain('Logged in to');
    expect(JSON.stringify(shown)).not.toContain(token.slice(-20));
  });

  it('gets no token that lies in a file which others may read', async () => {
    const { url, token } = await startServer();
    await mkdir(join(cli.home, 'config'), { recursive: true });
    await writeFile(join(cli.home, 'config/credentials.json'), '{"hosts":{}}', { mode: 0o644 });
    const login = await cli.run(['login', url, '--json'], { input: token });
    expect(JSON.parse(login.stdout).error.code).toBe('CREDENTIALS_INVALID');
    expect(await readFile(join(cli.home, 'config/credentials.json'), 'utf8')).toBe('{"hosts":{}}');
  });

  it('is not asked by a project when it is not on the internet', async () => {
    const server = await serve((_request, response) => response.end());
    await writeFile(cli.path('agentmesh.yaml'), `registry: http://127.0.0.1:${server.port}\n`);
    expect((await cli.run(['plugin', 'info', 'x'])).status).not.toBe(0);
    expect(server.requests).toEqual([]);
  });
});

describe('agentmesh serve', () => {
  it('starts the server that is installed, passes signals on and ends as it ends', async () => {
    await mkdir(cli.path('bin'));
    await symlink(serverBin, cli.path('bin/agentmesh-server'));
    const { url } = await startServer([cliBin, 'serve']);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const ended = new Promise((resolve) => running?.once('exit', resolve));
    running?.kill('SIGTERM');
    expect(await ended).toBe(0);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  it('says how to get the server where it is not installed', async () => {
    const { status, stderr } = await cli.run(['serve'], { env: { PATH: cli.path() } });
    expect(status).toBe(3);
    expect(stderr).toContain('npm install --global @agentmesh/server');
  });
});

describe('Registries of every kind', () => {
  it('are copied from file to SQLite, mirrored, and installed from as a folder and from a web server', async () => {
    await cli.example(VALIDATOR);
    await cli.run(['plugin', 'publish', VALIDATOR]);
    const sqlite = `sqlite:${cli.path('data/agentmesh.db')}`;
    await mkdir(cli.path('data'));
    const copied = await json('registry', 'copy', '.agentmesh/registry.json', sqlite);
    expect(copied).toMatchObject({
      status: 0,
      data: { names: 1, versions: 1, complete: true, artifacts: { copied: 1 }, signatures: { verified: 1 } },
    });
    expect((await cli.run(['registry', 'copy', '.agentmesh/registry.json', sqlite])).stdout).toContain(
      '0 new or changed',
    );
    expect((await json('plugin', 'search', '', '--registry', sqlite)).data.total).toBe(1);

    const mirrored = await cli.run(['registry', 'mirror', 'mirror', '--registry', sqlite]);
    expect(mirrored).toMatchObject({ status: 0, stdout: expect.stringContaining('1 written') });
    await rm(cli.path('.agentmesh/registry'), { recursive: true });
    await rm(cli.path('.agentmesh/registry.json'));
    expect((await cli.run(['plugin', 'install', VALIDATOR, '--registry', 'mirror'])).status).toBe(0);
    await cli.run(['plugin', 'uninstall', VALIDATOR]);
    const web = await serve((request, response) => {
      readFile(join(cli.path('mirror'), new URL(request.url ?? '', 'http://x').pathname)).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end('not here'),
      );
    });
    const url = `http://127.0.0.1:${web.port}/`;
    expect((await cli.run(['plugin', 'install', VALIDATOR, '--registry', url])).status).toBe(0);
    expect((await json('plugin', 'list')).status).toBe(0);
  });

  it('are copied to PostgreSQL and back, and used there, without a connection that keeps the command waiting', async () => {
    await cli.example(VALIDATOR);
    await cli.run(['plugin', 'publish', VALIDATOR]);
    const postgres = await startPostgres();
    onTestFinished(() => postgres.close());
    const url = await postgres.createDatabase();
    const to = ['registry', 'copy', '.agentmesh/registry.json', url, '--to-artifacts', 'archives'];
    expect((await json(...to)).data).toMatchObject({ versions: 1, artifacts: { copied: 1 } });
    const env = { AGENTMESH_REGISTRY: url, AGENTMESH_ARTIFACTS: 'archives' };
    const installed = await cli.run(['plugin', 'install', VALIDATOR], { env });
    expect(installed).toMatchObject({ status: 0 });
    const back = await json('registry', 'copy', url, 'back.json', '--from-artifacts', 'archives');
    expect(back.data).toMatchObject({ versions: 1, complete: true, signatures: { verified: 1 } });
    expect(await readFile(cli.path('back.json'), 'utf8')).toBe(
      await readFile(cli.path('.agentmesh/registry.json'), 'utf8'),
    );
  });

  it.each([
    ['postgres://me:s3cret@127.0.0.1:1/none?password=s3cret', 8],
    ['https://me:s3cret@plugins.example.com', 2],
    ['mysql://me:s3cret@127.0.0.1/none', 2],
  ])('never show the password of %s', async (place, expected) => {
    for (const args of [['plugin', 'search', 'x'], ['doctor']]) {
      const { status, stdout, stderr } = await cli.run([...args, '--registry', place], {
        env: { AGENTMESH_ARTIFACTS: 'artifacts', AGENTMESH_REGISTRY: place },
      });
      if (args[0] === 'plugin') expect(status).toBe(expected);
      expect(stdout + stderr).not.toContain('s3cret');
    }
  });

  it('refuses a database that a project names, and to copy to a server', async () => {
    await writeFile(cli.path('agentmesh.yaml'), 'registry: sqlite:/tmp/theirs.db\n');
    expect((await json('plugin', 'search', 'x')).data.error.code).toBe('SETTINGS_INVALID');
    await rm(cli.path('agentmesh.yaml'));
    const copy = await json('registry', 'copy', 'a.json', 'https://plugins.example.com');
    expect(copy.data.error.code).toBe('REGISTRY_READ_ONLY');
    expect((await json('plugin', 'search', 'x', '--registry', 'postgres://127.0.0.1/none')).data.error.code).toBe(
      'USAGE',
    );
  });
});
