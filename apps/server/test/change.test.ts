import { type StatusAction, signOwnerGrant, signStatusAction } from '@agentmesh/registry';
import { PluginSigner } from '@agentmesh/signing';
import { beforeEach, describe, expect, it } from 'vitest';
import { author, keyOf, release, upload } from './support/releases.js';
import { createTestApp, type TestApp } from './support/test-app.js';

const NOW = new Date('2026-01-02T03:04:05Z');
let app: TestApp;
beforeEach(async () => {
  app = await createTestApp({ now: () => NOW });
  await app.request('/v1/plugins/weather/1.0.0', upload(await release(), app.publisher));
});

const post = (path: string, body: unknown, token?: string): Promise<Response> =>
  app.request(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
    ...(token === undefined ? {} : { token }),
  });
const outcome = async (response: Response) => [response.status, ((await response.json()) as { code?: string }).code];
const at = NOW.toISOString();
const yank: StatusAction = { action: 'yank', name: 'weather', version: '1.0.0', reason: 'leaks', at };
const proof = (action: StatusAction, signer = author) => ({
  reason: action.reason,
  signed: { at: action.at, signature: Buffer.from(signStatusAction(action, signer)).toString('base64') },
});

describe('deprecating and yanking', () => {
  it('is done by an admin, and written down', async () => {
    const body = { reason: 'slow', successor: 'faster' };
    expect(await (await post('/v1/plugins/weather/1.0.0/deprecate', body, app.admin)).json()).toMatchObject({
      status: { state: 'deprecated', ...body },
    });
    const restored = await post('/v1/plugins/weather/1.0.0/restore', {}, app.admin);
    expect(await restored.json()).toMatchObject({ status: { state: 'active' } });
    const audit = (await (await app.request('/v1/audit', { token: app.admin })).json()) as { items: object[] };
    expect(audit.items).toMatchObject([
      { action: 'restore', subject: 'plugin:weather@1.0.0', actor: expect.stringMatching(/^token:[0-9a-f]{12}$/) },
      { action: 'deprecate', detail: body, request_id: expect.any(String), address: 'unknown', at },
      { action: 'publish' },
    ]);
  });

  it('is done by an owner with a signature and no token', async () => {
    const answer = await post('/v1/plugins/weather/1.0.0/yank', proof(yank));
    expect(await answer.json()).toMatchObject({ status: { state: 'yanked', reason: 'leaks' } });
    const audit = await app.request('/v1/audit?action=yank', { token: app.admin });
    expect(await audit.json()).toMatchObject({ items: [{ actor: expect.stringMatching(/^key:SHA256:/) }] });
  });

  it('refuses signatures of strangers, of something else, and old ones', async () => {
    const path = '/v1/plugins/weather/1.0.0/yank';
    const stranger = proof(yank, PluginSigner.generate());
    expect(await outcome(await post(path, stranger))).toEqual([422, 'SIGNATURE_INVALID']);
    expect(await outcome(await post(path, { ...proof(yank), reason: 'other' }))).toEqual([422, 'SIGNATURE_INVALID']);
    expect(await outcome(await post('/v1/plugins/weather/1.0.0/deprecate', proof(yank)))).toEqual([
      422,
      'SIGNATURE_INVALID',
    ]);
    for (const minutes of [-6, 6]) {
      const old = { ...yank, at: new Date(NOW.getTime() + minutes * 60_000).toISOString() };
      expect(await outcome(await post(path, proof(old)))).toEqual([422, 'SIGNATURE_INVALID']);
    }
  });

  it('refuses everybody else, what is not there, and what has no reason', async () => {
    const path = '/v1/plugins/weather/1.0.0/yank';
    expect(await outcome(await post(path, { reason: 'x' }))).toEqual([401, 'TOKEN_REQUIRED']);
    expect(await outcome(await post(path, { reason: 'x' }, app.publisher))).toEqual([403, 'SCOPE_MISSING']);
    expect(await outcome(await post(path, {}, app.admin))).toEqual([400, 'REQUEST_INVALID']);
    expect(await outcome(await post('/v1/plugins/weather/2.0/yank', { reason: 'x' }, app.admin))).toEqual([
      404,
      'VERSION_NOT_FOUND',
    ]);
    expect(await outcome(await post('/v1/plugins/nope/2.0/yank', { reason: 'x' }, app.admin))).toEqual([
      404,
      'PLUGIN_NOT_FOUND',
    ]);
  });

  it('answers 400 to what is no JSON, of another type, or not as described, and 413 to too much', async () => {
    const path = '/v1/plugins/weather/1.0.0/yank';
    const send = (body: string, type = 'application/json') =>
      app.request(path, { method: 'POST', body, token: app.admin, headers: { 'content-type': type } });
    expect(await outcome(await send('{"reason":'))).toEqual([400, 'BODY_INVALID']);
    expect(await outcome(await send('reason=x', 'application/x-www-form-urlencoded'))).toEqual([400, 'BODY_INVALID']);
    expect(await outcome(await send('[]'))).toEqual([400, 'REQUEST_INVALID']);
    expect(await outcome(await send('{"reason":7}'))).toEqual([400, 'REQUEST_INVALID']);
    expect(await outcome(await send(JSON.stringify({ reason: 'x'.repeat(70_000) })))).toEqual([413, 'BODY_TOO_LARGE']);
  });
});

describe('owners', () => {
  const friend = PluginSigner.generate();
  const grant = (signer: PluginSigner) =>
    Buffer.from(signOwnerGrant('weather', friend.publicKey, signer)).toString('base64');

  it('lets an owner add another one, who may publish then', async () => {
    const added = await post('/v1/plugins/weather/owners', { public_key: keyOf(friend), grant: grant(author) });
    expect(((await added.json()) as { owners: unknown[] }).owners).toHaveLength(2);
    const listed = await app.request('/v1/plugins/weather/owners');
    expect(((await listed.json()) as { owners: unknown[] }).owners).toHaveLength(2);
    const next = await release({ version: '1.1' }, { signer: friend });
    expect((await app.request('/v1/plugins/weather/1.1', upload(next, app.publisher))).status).toBe(201);
  });

  it('refuses a grant that no owner signed, a key that is none, and a name that is not there', async () => {
    const path = '/v1/plugins/weather/owners';
    const forged = { public_key: keyOf(friend), grant: grant(friend) };
    expect(await outcome(await post(path, forged))).toEqual([422, 'SIGNATURE_INVALID']);
    expect(await outcome(await post(path, { ...forged, public_key: 'x' }))).toEqual([400, 'KEY_INVALID']);
    expect(await outcome(await post(path, { ...forged, grant: 'x' }))).toEqual([400, 'REQUEST_INVALID']);
    expect(await outcome(await post('/v1/plugins/nope/owners', forged))).toEqual([404, 'PLUGIN_NOT_FOUND']);
  });
});

describe('tokens', () => {
  it('are made, listed without secrets, used and revoked by an admin', async () => {
    const made = await post('/v1/tokens', { label: 'ci', scopes: ['publish'] }, app.admin);
    expect(made.status).toBe(201);
    const { id, token } = (await made.json()) as { id: string; token: string };
    expect(token).toMatch(/^amt_[0-9a-f]{12}_[\w-]{43}$/);
    const current = await app.request('/v1/tokens/current', { token });
    expect(await current.json()).toEqual({ id, label: 'ci', scopes: ['publish'], created_at: at });
    const list = await (await app.request('/v1/tokens', { token: app.admin })).text();
    expect(list).toContain(id);
    expect(list).not.toContain(token.slice(17));
    expect((await app.request(`/v1/tokens/${id}`, { method: 'DELETE', token: app.admin })).status).toBe(204);
    expect(await outcome(await app.request('/v1/tokens/current', { token }))).toEqual([401, 'TOKEN_INVALID']);
    expect(await outcome(await app.request(`/v1/tokens/${id}`, { method: 'DELETE', token: app.admin }))).toEqual([
      404,
      'TOKEN_NOT_FOUND',
    ]);
  });

  it('may revoke themselves and no other', async () => {
    const own = await app.token('read');
    const other = await app.token('read');
    const id = (token: string) => token.slice(4, 16);
    expect(await outcome(await app.request(`/v1/tokens/${id(other)}`, { method: 'DELETE', token: own }))).toEqual([
      403,
      'SCOPE_MISSING',
    ]);
    expect((await app.request(`/v1/tokens/${id(own)}`, { method: 'DELETE', token: own })).status).toBe(204);
  });

  it('are of no use when they have expired, or are not quite right', async () => {
    const body = { label: 'short', scopes: ['read'], expires_at: '2026-01-02T03:04:04Z' };
    const { token } = (await (await post('/v1/tokens', body, app.admin)).json()) as { token: string };
    const changed = `${app.admin.slice(0, -1)}${app.admin.endsWith('A') ? 'B' : 'A'}`;
    const unknown = `amt_000000000000_${app.admin.slice(17)}`;
    for (const wrong of [token, changed, unknown, 'nonsense', `${app.admin}x`]) {
      expect(await outcome(await app.request('/v1/plugins', { token: wrong }))).toEqual([401, 'TOKEN_INVALID']);
    }
    const basic = await app.request('/v1/plugins', { headers: { authorization: 'Basic YTpi' } });
    expect(await outcome(basic)).toEqual([401, 'TOKEN_INVALID']);
  });

  it('are needed for reading where the operator wants it so', async () => {
    app = await createTestApp({ args: ['--anonymous-read', 'false'] });
    expect(await outcome(await app.request('/v1/plugins'))).toEqual([401, 'TOKEN_REQUIRED']);
    expect((await app.request('/v1/plugins', { token: await app.token('read') })).status).toBe(200);
    expect((await app.request('/v1/plugins', { token: app.publisher })).status).toBe(200);
    expect((await app.request('/healthz')).status).toBe(200);
  });

  it.each([
    { label: '', scopes: ['read'] },
    { label: 'x', scopes: [] },
    { label: 'x', scopes: ['root'] },
    { label: 'x', scopes: ['install:../x'] },
    { label: 'x', scopes: ['read'], expires_at: 'never' },
  ])('refuses the wish %j', async (wish) => {
    expect(await outcome(await post('/v1/tokens', wish, app.admin))).toEqual([400, 'REQUEST_INVALID']);
  });

  it('and the audit log are for admins only', async () => {
    for (const path of ['/v1/tokens', '/v1/audit']) {
      expect(await outcome(await app.request(path))).toEqual([401, 'TOKEN_REQUIRED']);
      expect(await outcome(await app.request(path, { token: app.publisher }))).toEqual([403, 'SCOPE_MISSING']);
    }
    expect(await outcome(await post('/v1/tokens', { label: 'x', scopes: ['admin'] }, app.publisher))).toEqual([
      403,
      'SCOPE_MISSING',
    ]);
  });
});
