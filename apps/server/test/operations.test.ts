import { MarketplaceError } from '@agentmesh/errors';
import { describe, expect, it } from 'vitest';
import { addressKey, createAddressFinder } from '../src/http/client-address.js';
import { createGate } from '../src/http/gate.js';
import { release, upload } from './support/releases.js';
import { createTestApp } from './support/test-app.js';

const unavailable = () =>
  new MarketplaceError('Nobody answers at postgres://app:hunter2@db/agentmesh', { code: 'DATABASE_UNAVAILABLE' });
const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code];

describe('health', () => {
  it('is ready while the database answers and nobody stops the server', async () => {
    const app = await createTestApp();
    for (const path of ['/healthz', '/readyz']) {
      expect(await (await app.request(path)).json()).toEqual({ status: 'ok' });
    }
    app.deps.lifecycle.stop();
    expect(await codeOf(await app.request('/readyz'))).toEqual([503, 'SERVER_STOPPING']);
    const live = await app.request('/healthz');
    expect([live.status, live.headers.get('connection')]).toEqual([200, 'close']);
  });

  it('answers 503 with Retry-After while the database is away', async () => {
    const app = await createTestApp({
      deps: (own) => ({ ...own, database: { ...own.database, check: () => Promise.reject(unavailable()) } }),
      store: (own) => Object.assign(Object.create(own), { versions: () => Promise.reject(unavailable()) }),
    });
    for (const path of ['/readyz', '/v1/plugins/x']) {
      const answer = await app.request(path);
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect(await codeOf(answer)).toEqual([503, 'DATABASE_UNAVAILABLE']);
    }
    expect((await app.request('/healthz')).status).toBe(200);
  });
});

describe('what an operator reads', () => {
  it('counts requests by route and never by path', async () => {
    const app = await createTestApp();
    await app.request('/v1/plugins/secret-plugin-name');
    await app.request('/nowhere/at/all');
    const metrics = await (await app.request('/metrics')).text();
    expect(metrics).toMatch(
      /agentmesh_http_request_duration_seconds_count\{method="GET",route="\/v1\/plugins\/:name",status="404"\} 1/,
    );
    expect(metrics).not.toContain('secret-plugin-name');
    expect(metrics).not.toContain('nowhere');
  });

  it.each([
    [[], 200],
    [['--host', '::1'], 200],
    [['--host', '0.0.0.0'], 401],
    [['--host', '::'], 401],
    [['--host', '10.0.0.1', '--metrics', 'open'], 200],
    [['--public-url', 'https://plugins.example.com'], 401],
    [['--metrics', 'token'], 401],
  ])('shows its metrics to who has no token with %j: %i, and to Prometheus with any', async (args, status) => {
    const app = await createTestApp({ args });
    expect((await app.request('/metrics')).status).toBe(status);
    const headers = { authorization: `Bearer ${app.publisher}` };
    expect((await app.request('/metrics', { headers })).status).toBe(200);
    expect((await app.request('/metrics', { headers: { authorization: 'Bearer amt_x' } })).status).toBe(401);
    for (const path of ['/healthz', '/readyz']) expect((await app.request(path)).status).toBe(200);
  });

  it('describes every route, and the same on a page that needs no scripts', async () => {
    const app = await createTestApp();
    const document = (await (await app.request('/openapi.json')).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const routes = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    );
    expect(routes).toEqual(
      expect.arrayContaining([
        'get /healthz',
        'get /readyz',
        'get /v1/plugins',
        'get /v1/plugins/{name}',
        'get /v1/plugins/{name}/{version}',
        'put /v1/plugins/{name}/{version}',
        'get /v1/plugins/{name}/{version}/artifact',
        'post /v1/plugins/{name}/{version}/deprecate',
        'post /v1/plugins/{name}/{version}/yank',
        'post /v1/plugins/{name}/owners',
        'post /v1/tokens',
        'delete /v1/tokens/{id}',
        'get /v1/audit',
      ]),
    );
    const docs = await app.request('/docs');
    const page = await docs.text();
    for (const path of Object.keys(document.paths)) expect(page).toContain(path);
    expect(page).not.toMatch(/<script(?! src="\/web\/)/i);
    expect(docs.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self'; /);
    expect((await app.request('/healthz')).headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});

describe('rate limits', () => {
  for (const kind of ['memory', 'database']) {
    it(`of an address, kept in ${kind}, say how many are left and when to come again`, async () => {
      const app = await createTestApp({ args: ['--requests-per-minute-address', '3', '--rate-limits', kind] });
      const answers = [];
      for (let at = 0; at < 5; at += 1) answers.push(await app.request('/v1/plugins'));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429]);
      expect(answers.map(({ headers }) => headers.get('ratelimit-remaining'))).toEqual(['2', '1', '0', '0', '0']);
      expect(answers[0]?.headers.get('ratelimit-limit')).toBe('3');
      expect(Number(answers[4]?.headers.get('retry-after'))).toBeGreaterThan(50);
      expect(Number(answers[4]?.headers.get('ratelimit-reset'))).toBeLessThanOrEqual(60);
      expect((await app.request('/healthz')).status).toBe(200);
    });
  }

  it('of a token stop the token and nobody else, those of all stop all', async () => {
    const app = await createTestApp({ args: ['--requests-per-minute-token', '2', '--requests-per-minute', '6'] });
    const status = async (token?: string) =>
      (await app.request('/v1/plugins', token === undefined ? {} : { token })).status;
    expect([await status(app.admin), await status(app.admin), await status(app.admin)]).toEqual([200, 200, 429]);
    expect([await status(app.publisher), await status(), await status(), await status()]).toEqual([200, 200, 200, 429]);
  });
});

describe('logs', () => {
  it('have an id for each request and no secret of it', async () => {
    const app = await createTestApp();
    const weather = await release();
    const secret = 'hunter2-very-secret';
    const answer = await app.request(`/v1/plugins?token=${secret}`, {
      headers: { cookie: secret, 'x-api-key': secret },
    });
    await app.request('/v1/plugins/weather/1.0.0', upload(weather, app.publisher));
    await app.request('/v1/plugins', { headers: { authorization: `Bearer ${secret}` } });
    await app.request('/v1/tokens', {
      method: 'POST',
      token: app.admin,
      body: `{"label":"${secret}`,
      headers: { 'content-type': 'application/json' },
    });
    const text = app.log.join('');
    expect(text).toContain(answer.headers.get('x-request-id'));
    for (const hidden of [secret, app.admin, app.publisher, app.admin.slice(17)]) expect(text).not.toContain(hidden);
    expect(app.log).toHaveLength(4);
    expect(JSON.parse(app.log[0] ?? '')).toMatchObject({
      level: 'info',
      method: 'GET',
      path: '/v1/plugins',
      status: 200,
      msg: 'request',
    });
  });

  it('have the stack of a bug without what is secret in it, and the answer has neither', async () => {
    const boom = () =>
      Promise.reject(
        new TypeError(`cannot read postgres://app:hunter2@db amt_0123456789ab_${'x'.repeat(43)} password=hunter2`),
      );
    const app = await createTestApp({ store: (own) => Object.assign(Object.create(own), { versions: boom }) });
    const answer = await app.request('/v1/plugins/x');
    const body = await answer.text();
    expect(answer.status).toBe(500);
    expect(JSON.parse(body)).toMatchObject({ code: 'INTERNAL', title: 'Internal error' });
    expect(body).not.toMatch(/hunter2|TypeError|operations\.test|cannot read/);
    const log = app.log.join('');
    expect(log).toMatch(/TypeError: cannot read/);
    expect(log).not.toMatch(/hunter2|amt_0123456789ab_x/);
  });

  it('are not broken by what somebody puts into a path', async () => {
    const app = await createTestApp();
    await app.request('/%0a{"level":"fatal"}%1b[31m');
    expect(app.log.join('').trim().split('\n')).toHaveLength(1);
  });
});

describe('the address of a client', () => {
  const find = createAddressFinder(['10.0.0.0/8', '::1']);
  it.each([
    ['192.0.2.1', '203.0.113.9', '192.0.2.1'],
    ['10.0.0.1', undefined, '10.0.0.1'],
    ['10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['10.0.0.1', '203.0.113.9, 10.1.1.1', '203.0.113.9'],
    ['10.0.0.1', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['10.0.0.1', 'nonsense', '10.0.0.1'],
    ['10.0.0.1', `${'1,'.repeat(600)}203.0.113.9`, '10.0.0.1'],
    ['::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['::1', '2001:db8::7', '2001:db8::7'],
    [undefined, '203.0.113.9', 'unknown'],
  ])('of %s that says %s is %s', (socket, header, address) => expect(find(socket, header)).toBe(address));

  it('is counted with its whole network in IPv6', () => {
    expect(addressKey('2001:db8:1:2:3::4')).toBe(addressKey('2001:db8:1:2::9'));
    expect(addressKey('2001:db8:1:3::9')).not.toBe(addressKey('2001:db8:1:2::9'));
    expect(addressKey('192.0.2.1')).toBe('192.0.2.1');
  });
});

describe('a gate', () => {
  it('lets so many through at once, keeps the order, and refuses a flood', async () => {
    const gate = createGate(1, 2);
    const { signal } = new AbortController();
    const order: string[] = [];
    const first = Promise.withResolvers<void>();
    const done = [
      gate.run(signal, () => first.promise),
      gate.run(signal, async () => void order.push('b')),
      gate.run(signal, async () => void order.push('c')),
    ];
    await expect(gate.run(signal, async () => undefined)).rejects.toMatchObject({ code: 'SERVER_BUSY' });
    first.resolve();
    await Promise.all(done);
    expect(order).toEqual(['b', 'c']);
    await expect(gate.run(signal, async () => 'again')).resolves.toBe('again');
  });

  it('forgets who no longer waits', async () => {
    const gate = createGate(1, 1);
    const first = Promise.withResolvers<void>();
    const running = gate.run(new AbortController().signal, () => first.promise);
    const impatient = new AbortController();
    const waiting = gate.run(impatient.signal, async () => 'never');
    impatient.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    const next = gate.run(new AbortController().signal, async () => 'next');
    first.resolve();
    await running;
    expect(await next).toBe('next');
  });
});
