import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { integrityOf, unpackArchive } from '@agentmesh/artifact';
import { serve } from '@agentmesh/test-support';
import { afterEach, describe, expect, it } from 'vitest';
import { createApp } from '../../src/create-app.js';
import { type Listening, listen } from '../../src/listen.js';
import { createTestApp, type TestApp, type TestAppOptions } from '../support/test-app.js';
import { readFiles, scratch, writeFiles } from '../targets/staged.js';
import { jsonOf, pluginFiles } from './plugin-files.js';

const W = '/workspaces/team/plugins';
const run = promisify(execFile);

async function openApp(
  options: TestAppOptions = {},
): Promise<TestApp & { readonly team: string; readonly local: string }> {
  const app = await createTestApp(options);
  const local = join(app.dataDir, 'plugins');
  writeFiles(join(local, 'greeter'), pluginFiles('greeter'));
  return { ...app, local, team: await app.token('install:team') };
}

function install(app: TestApp, token: string, source: string): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return app.request(W, { method: 'POST', body: JSON.stringify({ source }), headers, token });
}

async function unpack(response: Response): Promise<Record<string, string> | undefined> {
  const into = join(scratch(), 'unpacked');
  await unpackArchive(new Uint8Array(await response.arrayBuffer()), into);
  return readFiles(into);
}

const codeOf = async (response: Promise<Response>): Promise<[number, string]> => {
  const answer = await response;
  return [answer.status, (await jsonOf(answer)).code];
};

describe('downloading a plugin', () => {
  it('gives the installed one, with the length and the digest of all of it', async () => {
    const app = await openApp();
    await install(app, app.team, 'greeter');
    writeFiles(join(app.local, 'greeter'), pluginFiles('greeter', { version: '2.0.0' }));
    const response = await app.request(`${W}/greeter/download`, { token: app.team });
    const bytes = new Uint8Array(await response.clone().arrayBuffer());
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/gzip',
      'content-length': String(bytes.length),
      'content-disposition': 'attachment; filename="greeter.tar.gz"',
      'repr-digest': `sha-512=:${integrityOf(bytes).slice(7)}:`,
      'x-plugin-name': 'greeter',
      'x-plugin-source': 'local://greeter',
    });
    expect(await unpack(response)).toEqual(pluginFiles('greeter'));
  });

  it('gives the local one where none is installed, and a source when asked', async () => {
    const app = await openApp();
    writeFiles(join(app.local, 'other'), pluginFiles('other'));
    expect(await unpack(await app.request(`${W}/greeter/download`, { token: app.team }))).toEqual(
      pluginFiles('greeter'),
    );
    const asked = await app.request(`${W}/other/download?source=local://other`, { token: app.team });
    expect(await unpack(asked)).toEqual(pluginFiles('other'));
    const wrong = app.request(`${W}/greeter/download?source=local://other`, { token: app.team });
    expect(await codeOf(wrong)).toEqual([422, 'NAME_MISMATCH']);
    expect(await codeOf(app.request(`${W}/absent/download`, { token: app.team }))).toEqual([404, 'NOT_INSTALLED']);
  });

  it('fetches from sources for those alone that may install', async () => {
    const app = await openApp();
    const token = await app.token('read');
    expect((await app.request(`${W}/greeter/download`, { token })).status).toBe(200);
    const fetched = app.request(`${W}/greeter/download?source=local://greeter`, { token });
    expect(await codeOf(fetched)).toEqual([403, 'SCOPE_MISSING']);
  });

  it('is an error, and no archive, for a plugin that was changed', async () => {
    const app = await openApp();
    await install(app, app.team, 'greeter');
    writeFileSync(join(app.dataDir, 'workspaces/team/plugins/greeter/index.js'), 'evil();\n');
    expect(await codeOf(app.request(`${W}/greeter/download`, { token: app.team }))).toEqual([422, 'TREE_TAMPERED']);
  });

  it('writes no header that a source could begin', async () => {
    const app = await openApp();
    const source = encodeURIComponent('local://greeter\r\nX-Evil: 1');
    const response = await app.request(`${W}/greeter/download?source=${source}`, { token: app.team });
    expect(response.status).toBe(400);
    expect(response.headers.get('x-evil')).toBeNull();
  });
});

describe('a server on a port', () => {
  const open: Listening[] = [];
  afterEach(async () => {
    for (const listening of open.splice(0)) await listening.close(AbortSignal.abort());
  });

  async function start(app: TestApp): Promise<number> {
    const listening = await listen(createApp(app.deps), { ...app.deps.config, port: 0 });
    open.push(listening);
    return listening.port;
  }

  function stagesOf(app: TestApp): readonly string[] {
    const stages = join(app.dataDir, 'stages');
    return readdirSync(stages)
      .filter((name) => !name.includes('.'))
      .flatMap((name) => readdirSync(join(stages, name)));
  }

  async function until(check: () => boolean): Promise<void> {
    for (let waited = 0; !check() && waited < 5_000; waited += 20) await sleep(20);
    expect(check()).toBe(true);
  }

  it('ends a fetch whose client went away, and keeps nothing of it', async () => {
    let asked = false;
    const source = await serve(() => {
      asked = true;
    });
    const args = ['--sources', 'http,local', '--allow-private-hosts', '127.0.0.1'];
    const app = await openApp({ args });
    const port = await start(app);
    const body = JSON.stringify({ source: `http://127.0.0.1:${source.port}/slow.tgz` });
    const gone = new AbortController();
    const sent = fetch(`http://127.0.0.1:${port}${W}`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${app.team}`, 'content-type': 'application/json' },
      signal: gone.signal,
    });
    await until(() => asked);
    expect(source.active()).toBe(1);
    gone.abort();
    await expect(sent).rejects.toThrow('abort');
    await until(() => source.active() === 0);
    await until(() => stagesOf(app).length === 0);
    expect(await app.deps.database.installs.list('team')).toEqual([]);
    expect(readFiles(join(app.dataDir, 'workspaces/team'))).toBeUndefined();
  });

  it('sends a large archive whole, also to a client that reads slowly, while the plugin is replaced', async () => {
    const app = await openApp();
    const port = await start(app);
    const noise = randomBytes(6 * 1024 * 1024).toString('latin1');
    writeFiles(join(app.local, 'large'), pluginFiles('large'));
    writeFileSync(join(app.local, 'large/data.bin'), noise, 'latin1');
    expect((await install(app, app.team, 'large')).status).toBe(200);
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `GET ${W}/large/download HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ${app.team}\r\n\r\n`,
    );
    await once(socket, 'readable');
    socket.pause();
    await app.request(`${W}/large`, { method: 'DELETE', token: app.team });
    expect(stagesOf(app)).toEqual([]);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk);
    const answer = Buffer.concat(chunks);
    const split = answer.indexOf('\r\n\r\n');
    const length = /content-length: (\d+)/i.exec(answer.subarray(0, split).toString())?.[1];
    expect(answer.length - split - 4).toBe(Number(length));
    const into = join(scratch(), 'large');
    const tree = await unpackArchive(answer.subarray(split + 4), into);
    expect(tree.files.map(({ path }) => path)).toEqual(['agent-plugin.yaml', 'data.bin', 'index.js']);
  });

  it('answers one that asks for more than there is with an error by its status, not in the middle', async () => {
    const app = await openApp();
    const port = await start(app);
    const url = `http://127.0.0.1:${port}${W}/absent/download`;
    const failed = run('curl', ['-sS', '--fail', '-H', `Authorization: Bearer ${app.team}`, url]);
    await expect(failed).rejects.toMatchObject({ code: 22, stdout: '' });
  });
});
