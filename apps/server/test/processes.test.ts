import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PostgresServer, startPostgres } from '@agentmesh/test-support';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Answered, adminToken, listed, publish, publishAll } from './support/load.js';
import { quickRelease } from './support/quick-release.js';
import type { Release } from './support/releases.js';
import { type ServerProcess, startServerProcess } from './support/server-process.js';

const NAMES = 40;
const UNLIMITED = ['requests-per-minute', 'requests-per-minute-address', 'requests-per-minute-token'].flatMap(
  (name) => [`--${name}`, '1000000'],
);

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.close());

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'agentmesh-processes-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Two servers on a database of their own and one folder of archives, and the token of their admin. */
async function startTwo(): Promise<{
  servers: [ServerProcess, ServerProcess];
  dirs: [string, string];
  flags: readonly string[];
  token: string;
}> {
  const parent = await folder();
  const database = await postgres.createDatabase();
  const flags = ['--database', database, '--artifacts', join(parent, 'artifacts'), '--log-level', 'warn', ...UNLIMITED];
  const dirs: [string, string] = [join(parent, 'a'), join(parent, 'b')];
  const first = await startServerProcess('--data-dir', dirs[0], ...flags);
  const token = await adminToken(dirs[0]);
  const second = await startServerProcess('--data-dir', dirs[1], ...flags);
  return { servers: [first, second], dirs, flags, token };
}

const releasesOf = (client: string, count: number): Release[] =>
  Array.from({ length: count }, (_, at) =>
    quickRelease(`plugin-${at % NAMES}`, `${client}.${Math.floor(at / NAMES)}.0`),
  );
const names = (releases: readonly Release[]) => releases.map(({ name }) => name);
const shown = ({ release, status }: Answered) => `${keyOf(release)} ${status}`;
const keyOf = ({ name, version }: Release) => `${name}@${version}`;

describe('two servers on one PostgreSQL', () => {
  it('lose and double none of 4 × 500 publishes at once, some of which are sent to both', async () => {
    const { servers, token } = await startTwo();
    const shared = releasesOf('9', 25);
    const sent = ['1', '2', '3', '4'].map((client) => [...shared, ...releasesOf(client, 475)]);
    const loads = sent.map((releases, at) =>
      publishAll(releases, { url: servers[at % 2]?.url ?? '', token, atOnce: 8 }),
    );
    const answers = (await Promise.all(loads)).flat();
    const created = answers.filter(({ status }) => status === 201).map(({ release }) => keyOf(release));
    const distinct = new Map(sent.flat().map((release) => [keyOf(release), release.integrity]));
    expect(answers.filter(({ status }) => status !== 201 && status !== 200).map(shown)).toEqual([]);
    expect(created.toSorted()).toEqual([...distinct.keys()].toSorted());
    for (const { url } of servers) expect(await listed(url, names(sent.flat()))).toEqual(distinct);
  }, 180_000);

  it('serve on when one is killed in the middle of an upload, and have nothing of it', async () => {
    const { servers, dirs, flags, token } = await startTwo();
    const [victim, other] = servers;
    const half = quickRelease('half', '1.0.0');
    const { hostname, port } = new URL(victim.url);
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(
      `PUT /v1/plugins/half/1.0.0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nX-Agentmesh-Public-Key: ${half.key}\r\nContent-Length: ${half.bytes.length}\r\n\r\n`,
    );
    socket.write(half.bytes.subarray(0, half.bytes.length / 2));
    const [toVictim, toOther] = [releasesOf('1', 2000), releasesOf('2', 200)];
    let isKilled = false;
    const load = publishAll(toVictim, { url: victim.url, token, atOnce: 8, until: () => isKilled });
    const otherLoad = publishAll(toOther, { url: other.url, token, atOnce: 8 });
    await sleep(1500);
    victim.kill('SIGKILL');
    isKilled = true;
    const answers = [...(await load), ...(await otherLoad)];
    socket.destroy();
    const acknowledged = answers.filter(({ status }) => status === 201).map(({ release }) => keyOf(release));
    const found = await listed(other.url, [...names(toVictim), 'half']);
    const sent = new Map([...toVictim, ...toOther].map((release) => [keyOf(release), release.integrity]));
    expect((await otherLoad).every(({ status }) => status === 201)).toBe(true);
    expect(acknowledged.length).toBeGreaterThan(toOther.length);
    expect(acknowledged.filter((key) => !found.has(key))).toEqual([]);
    for (const [key, integrity] of found) expect([key, integrity]).toEqual([key, sent.get(key)]);
    await expectWhole(other.url, found);
    await startServerProcess('--data-dir', dirs[0], ...flags);
    const stages = await readdir(join(dirs[0], 'stages'), { withFileTypes: true });
    expect(stages.filter((entry) => entry.isDirectory())).toHaveLength(1);
  }, 180_000);

  it('answer 503 with Retry-After while PostgreSQL restarts under load, and heal by themselves', async () => {
    const { servers, token } = await startTwo();
    let isOver = false;
    const loads = servers.map(({ url }, at) =>
      publishAll(releasesOf(String(at + 1), 2000), { url, token, atOnce: 4, until: () => isOver }),
    );
    await sleep(500);
    await postgres.stop();
    await sleep(300);
    await postgres.start();
    await sleep(2000);
    isOver = true;
    const answers = (await Promise.all(loads)).flat();
    const failed = answers.filter(({ status }) => status !== 201 && status !== 200);
    expect([...new Set(failed.map(({ status }) => status))]).toEqual([503]);
    expect(failed.filter(({ retryAfter }) => !/^[1-9]\d*$/.test(retryAfter ?? ''))).toEqual([]);
    for (const { release } of failed) {
      const again = await publish(release, { url: servers[0].url, token });
      expect([200, 201]).toContain(again.status);
    }
    const sent = new Map(answers.map(({ release }) => [keyOf(release), release.integrity]));
    for (const { url } of servers)
      expect(await listed(url, names(answers.map(({ release }) => release)))).toEqual(sent);
  }, 180_000);
});

/** Downloads a sample and compares it with what is listed. */
async function expectWhole(url: string, found: ReadonlyMap<string, string>): Promise<void> {
  for (const [key, integrity] of [...found].filter((_, at) => at % 10 === 0)) {
    const answer = await fetch(`${url}/v1/plugins/${key.replace('@', '/')}/artifact`);
    const hash = createHash('sha512').update(Buffer.from(await answer.arrayBuffer()));
    expect(`sha512-${hash.digest('base64')}`).toBe(integrity);
  }
}

describe('a server in a process', () => {
  it('says where it listens and where the token of its admin lies, which only its user may read', async () => {
    const dataDir = await folder();
    const server = await startServerProcess('--data-dir', dataDir);
    expect(server.output()).toContain(`The token of its admin lies in ${join(dataDir, 'admin-token')}\n`);
    expect((await stat(join(dataDir, 'admin-token'))).mode & 0o777).toBe(0o600);
    const token = await adminToken(dataDir);
    const tokens = await fetch(`${server.url}/v1/tokens`, { headers: { authorization: `Bearer ${token}` } });
    expect(await tokens.json()).toMatchObject({ items: [{ label: 'first', scopes: ['admin'] }] });
    server.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(server.output()).not.toContain(token);
    const again = await startServerProcess('--data-dir', dataDir);
    expect(again.output()).not.toContain('admin');
    expect(await adminToken(dataDir)).toBe(token);
  });

  it('cancels an upload that does not end when it has to stop, and lists nothing of it', async () => {
    const dataDir = await folder();
    const server = await startServerProcess('--data-dir', dataDir, '--shutdown-timeout', '300ms');
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    let answer = '';
    socket.setEncoding('utf8').on('data', (text) => {
      answer += text;
    });
    const token = await adminToken(dataDir);
    socket.write(
      `PUT /v1/plugins/x/1.0.0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 9\r\n\r\nhalf`,
    );
    await vi.waitFor(
      async () => expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(/^agentmesh_uploads 1$/m),
      { timeout: 20_000 },
    );
    server.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toContain('SERVER_STOPPING');
    expect(await readdir(join(dataDir, 'stages'))).toEqual([]);
  });

  it.each([
    [['--port', 'x'], 2, 'port'],
    [['--prot', '1'], 2, 'prot'],
    [['--help'], 0, 'AGENTMESH_PLUGIN_INSTALL_BODY_MAX_BYTES'],
    [['--database', 'postgres://127.0.0.1:1/none'], 1, ''],
  ])('ends with %j as %i', async (flags, status, text) => {
    const failure = await startServerProcess('--data-dir', await folder(), ...flags).catch((error: Error) => error);
    expect(String(failure)).toContain(`ended with ${status}`);
    expect(String(failure)).toContain(text);
    expect(String(failure)).not.toMatch(/\n\s+at /);
  });
});
