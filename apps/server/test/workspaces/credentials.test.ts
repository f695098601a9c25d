import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packTree } from '@agentmesh/artifact';
import { createAuthority, serve } from '@agentmesh/test-support';
import { describe, expect, it } from 'vitest';
import { openCredentialKeys } from '../../src/credentials/credential-keys.js';
import { createSealer } from '../../src/credentials/sealer.js';
import { createWorkspaceCredentials, credentialPlace } from '../../src/credentials/workspace-credentials.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { scratch, writeFiles } from '../targets/staged.js';
import { pluginFiles } from './plugin-files.js';

const SECRET = 'ghp_verySecretToken123';

async function openSealer(path = join(scratch(), 'keys')) {
  return createSealer(await openCredentialKeys(path));
}

describe('sealed credentials', () => {
  it('open with their key, in their place, and differ each time', async () => {
    const sealer = await openSealer();
    const sealed = sealer.seal(SECRET, 'a');
    expect(sealer.open(sealed, 'a')).toBe(SECRET);
    expect(sealer.seal(SECRET, 'a')).not.toBe(sealed);
    expect(sealed).not.toContain(SECRET);
  });

  it('do not open in the place of another host or workspace, changed, or without their key', async () => {
    const sealer = await openSealer();
    const sealed = sealer.seal(SECRET, credentialPlace('a', 'git.example.com'));
    const unreadable = expect.objectContaining({ code: 'CREDENTIAL_UNREADABLE' });
    expect(() => sealer.open(sealed, credentialPlace('b', 'git.example.com'))).toThrow(unreadable);
    expect(() => sealer.open(sealed, credentialPlace('a', 'evil.example.com'))).toThrow(unreadable);
    const parts = sealed.split('.');
    for (const index of [0, 1, 2, 3, 4]) {
      const changed = parts.with(
        index,
        (parts[index] ?? '').replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
      );
      expect(() => sealer.open(changed.join('.'), credentialPlace('a', 'git.example.com'))).toThrow(unreadable);
    }
    expect(() => sealer.open(parts.with(4, '').join('.'), credentialPlace('a', 'git.example.com'))).toThrow(unreadable);
    const other = await openSealer();
    expect(() => other.open(sealed, credentialPlace('a', 'git.example.com'))).toThrow(unreadable);
  });

  it('open after their key was rotated, while new ones are sealed by the new key', async () => {
    const path = join(scratch(), 'keys');
    const before = await openSealer(path);
    const sealed = before.seal(SECRET, 'a');
    const fresh = Buffer.alloc(32, 7).toString('base64');
    writeFileSync(path, `${fresh}\n${readFileSync(path, 'utf8')}`);
    const after = await openSealer(path);
    expect(after.open(sealed, 'a')).toBe(SECRET);
    expect(() => before.open(after.seal(SECRET, 'a'), 'a')).toThrow('no key of this server opens it');
  });

  it('have their key in a file of mode 0600, which is made once', async () => {
    const path = join(scratch(), 'new/keys');
    const [first] = await openCredentialKeys(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await openCredentialKeys(path))[0].id).toBe(first.id);
  });

  it('are not sealed with a key that others may read, or that is none', async () => {
    const path = join(scratch(), 'keys');
    await openCredentialKeys(path);
    chmodSync(path, 0o644);
    await expect(openCredentialKeys(path)).rejects.toThrow('lets others read it');
    chmodSync(path, 0o600);
    writeFileSync(path, 'c2hvcnQ=\n');
    const failure = openCredentialKeys(path);
    await expect(failure).rejects.toMatchObject({ code: 'CREDENTIAL_KEYS_INVALID' });
    await expect(failure).rejects.not.toThrow('c2hvcnQ');
    writeFileSync(path, '\n');
    await expect(openCredentialKeys(path)).rejects.toThrow('no key');
  });

  it('are for exactly their host and port, over TLS, and each use is told before they are given out', async () => {
    const { credentials: rows } = (await createTestApp()).deps.database;
    const sealer = await openSealer();
    for (const host of ['git.example.com', 'git.example.com:8443', '[::1]:8443']) {
      const sealed = sealer.seal(`for ${host}`, credentialPlace('a', host));
      await rows.put({ workspace: 'a', host, scheme: 'https', sealed, createdAt: '' });
    }
    const used: string[] = [];
    const onUse = async (host: string): Promise<void> => {
      used.push(host);
      if (host.startsWith('[')) throw new Error('not written down');
    };
    const { find } = createWorkspaceCredentials({ workspace: 'a', rows, sealer, onUse });
    const tokenOf = async (host: string, port: number, scheme = 'https') => (await find({ host, port, scheme }))?.token;
    expect(await tokenOf('git.example.com', 443)).toBe('for git.example.com');
    expect(await tokenOf('git.example.com', 443)).toBe('for git.example.com');
    expect(await tokenOf('git.example.com', 8443)).toBe('for git.example.com:8443');
    expect(await tokenOf('git.example.com', 444)).toBeUndefined();
    expect(await tokenOf('git.example.com', 80, 'http')).toBeUndefined();
    expect(await tokenOf('example.com', 443)).toBeUndefined();
    await expect(tokenOf('::1', 8443)).rejects.toThrow('not written down');
    expect(used).toEqual(['git.example.com', 'git.example.com:8443', '[::1]:8443']);
    const other = createWorkspaceCredentials({ workspace: 'b', rows, sealer, onUse });
    expect(await other.find({ host: 'git.example.com', port: 443, scheme: 'https' })).toBeUndefined();
  });
});

describe('credentials over the API', () => {
  const put = (app: TestApp, host: string, body: unknown, token: string) =>
    app.request(`/workspaces/team/credentials/${host}`, {
      method: 'PUT',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
      token,
    });

  it('are set, listed without a secret, and removed', async () => {
    const app = await createTestApp();
    const team = await app.token('install:team');
    const set = await put(app, 'git.example.com', { token: SECRET, username: 'bot' }, team);
    expect([set.status, await set.text()]).toEqual([204, '']);
    const listed = await (await app.request('/workspaces/team/credentials', { token: team })).text();
    expect(JSON.parse(listed)).toEqual([
      { host: 'git.example.com', username: 'bot', created_at: expect.stringMatching(/^20/) },
    ]);
    const row = await app.deps.database.credentials.find('team', 'git.example.com', 'https');
    expect(`${listed}${JSON.stringify(row)}${app.log.join()}`).not.toContain(SECRET);
    const { items } = await app.deps.database.audit.list({ action: 'credential-set' });
    expect(items).toMatchObject([{ subject: 'workspace:team', detail: { host: 'git.example.com' } }]);
    expect(JSON.stringify(items)).not.toContain(SECRET);
    const remove = () => app.request('/workspaces/team/credentials/git.example.com', { method: 'DELETE', token: team });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
  });

  it('are nothing for who may only read, or is of another workspace', async () => {
    const app = await createTestApp();
    for (const token of [await app.token('read'), await app.token('install:other'), app.publisher]) {
      expect((await put(app, 'git.example.com', { token: SECRET }, token)).status).toBe(403);
      expect((await app.request('/workspaces/team/credentials', { token })).status).toBe(403);
    }
  });

  for (const host of [
    'GIT.example.com',
    'a@b.example',
    'b.example%2fx',
    'b.example:443',
    '%0d%0a',
    'b%20c',
    '%2e%2e%2f',
  ]) {
    it(`refuse the host ${host}`, async () => {
      const app = await createTestApp();
      expect([400, 404]).toContain((await put(app, host, { token: SECRET }, app.admin)).status);
    });
  }

  for (const token of ['', 'a\r\nX-Evil: 1', 'ä', 'a b', 'x'.repeat(5_000)]) {
    it(`refuse the token ${JSON.stringify(token.slice(0, 20))}, and do not repeat it`, async () => {
      const app = await createTestApp();
      const response = await put(app, 'git.example.com', { token }, app.admin);
      expect(response.status).toBe(400);
      if (token !== '') expect(await response.text()).not.toContain(JSON.stringify(token));
    });
  }
});

describe('a private source', () => {
  it('is shown the credential of its workspace alone, and never the host it redirects to', async () => {
    const authority = createAuthority('localhost');
    const plugin = writeFiles(join(scratch(), 'greeter'), pluginFiles('greeter'));
    const { bytes } = await packTree(plugin);
    const elsewhere = await serve((_, response) => void response.end(bytes), authority);
    const source = await serve((request, response) => {
      if (request.headers.authorization !== `Bearer ${SECRET}`) return void response.writeHead(401).end();
      if (request.url === '/away.tgz') {
        return void response.writeHead(302, { location: `https://localhost:${elsewhere.port}/x.tgz` }).end();
      }
      response.end(bytes);
    }, authority);
    const folder = scratch();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'ca.pem'), authority.ca);
    const args = ['--sources', 'https', '--allow-private-hosts', 'localhost', '--sources-ca', join(folder, 'ca.pem')];
    const app = await createTestApp({ args });
    const team = await app.token('install:*');
    const install = (workspace: string, path: string) =>
      app.request(`/workspaces/${workspace}/plugins`, {
        method: 'POST',
        body: JSON.stringify({ source: `https://localhost:${source.port}/${path}` }),
        headers: { 'content-type': 'application/json' },
        token: team,
      });
    await app.request(`/workspaces/team/credentials/localhost:${source.port}`, {
      method: 'PUT',
      body: JSON.stringify({ token: SECRET }),
      headers: { 'content-type': 'application/json' },
      token: team,
    });
    expect((await install('other', 'greeter.tgz')).status).toBe(404);
    const installed = await install('team', 'greeter.tgz');
    expect(await installed.json()).toMatchObject({ plugin: 'greeter' });
    const away = await install('team', 'away.tgz');
    expect(away.status).toBe(200);
    expect(elsewhere.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    const { items } = await app.deps.database.audit.list({ action: 'credential-use' });
    expect(items.map(({ subject, detail }) => [subject, detail])).toEqual([
      ['workspace:team', { host: `localhost:${source.port}` }],
      ['workspace:team', { host: `localhost:${source.port}` }],
    ]);
    const listed = await (await app.request('/workspaces/team/credentials', { token: team })).json();
    expect(listed).toMatchObject([{ last_used_at: expect.stringMatching(/^20/) }]);
    expect(app.log.join()).not.toContain(SECRET);
  });
});
