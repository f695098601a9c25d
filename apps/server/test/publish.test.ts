import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PluginSigner } from '@agentmesh/signing';
import { beforeEach, describe, expect, it } from 'vitest';
import { quickRelease } from './support/quick-release.js';
import { release, upload } from './support/releases.js';
import { createTestApp, type TestApp } from './support/test-app.js';

let app: TestApp;
beforeEach(async () => {
  app = await createTestApp();
});

const codeOf = async (response: Response): Promise<[number, string]> => {
  const { code } = (await response.json()) as { code: string };
  return [response.status, code];
};

describe('publishing', () => {
  it('lists a signed archive and gives it back, byte for byte', async () => {
    const weather = await release();
    const answer = await app.request('/v1/plugins/weather/1.0.0', upload(weather, app.publisher));
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe('/v1/plugins/weather/1.0.0');
    expect(await answer.json()).toMatchObject({
      manifest: { name: 'weather', version: '1.0.0' },
      artifact: { integrity: weather.integrity, size: weather.bytes.length },
      status: { state: 'active' },
      key_id: expect.stringMatching(/^SHA256:/),
    });
    const download = await app.request('/v1/plugins/weather/1.0.0/artifact');
    expect(download.status).toBe(200);
    expect(Buffer.from(await download.arrayBuffer()).equals(weather.bytes)).toBe(true);
  });

  it('answers 200 for the same bytes again and 409 for others, and writes one publish down', async () => {
    const weather = await release();
    await app.request('/v1/plugins/weather/1.0.0', upload(weather, app.publisher));
    expect((await app.request('/v1/plugins/weather/1.0.0', upload(weather, app.publisher))).status).toBe(200);
    const other = await release({}, { content: 'export const run = () => 2;\n' });
    const refused = await app.request('/v1/plugins/weather/1.0.0', upload(other, app.publisher));
    expect(await codeOf(refused)).toEqual([409, 'ALREADY_REGISTERED']);
    const audit = await app.request('/v1/audit?action=publish', { token: app.admin });
    expect(((await audit.json()) as { items: unknown[] }).items).toHaveLength(1);
  });

  it('lists a version once when it is sent ten times at once', async () => {
    const weather = await release();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => app.request('/v1/plugins/weather/1.0.0', upload(weather, app.publisher))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 201]);
  });

  it('needs a token that may publish', async () => {
    const weather = await release();
    const anonymous = await app.request('/v1/plugins/weather/1.0.0', {
      ...upload(weather, ''),
      token: undefined as never,
    });
    expect(await codeOf(anonymous)).toEqual([401, 'TOKEN_REQUIRED']);
    expect(anonymous.headers.get('www-authenticate')).toBe('Bearer realm="agentmesh"');
    const reader = await app.token('read');
    const refused = await app.request('/v1/plugins/weather/1.0.0', upload(weather, reader));
    expect(await codeOf(refused)).toEqual([403, 'SCOPE_MISSING']);
  });

  it('takes a new version of the owner without his key, and none of anybody else', async () => {
    await app.request('/v1/plugins/weather/1.0.0', upload(await release(), app.publisher));
    const next = await release({ version: '1.1.0' });
    const { 'x-agentmesh-public-key': _, ...headers } = upload(next, app.publisher).headers as Record<string, string>;
    const answer = await app.request('/v1/plugins/weather/1.1.0', { ...upload(next, app.publisher), headers });
    expect(answer.status).toBe(201);
    const thief = await release({ version: '2.0.0' }, { signer: PluginSigner.generate() });
    const refused = await app.request('/v1/plugins/weather/2.0.0', upload(thief, app.publisher));
    expect(await codeOf(refused)).toEqual([403, 'NAME_OWNED']);
  });

  it('wants to know who signed the first version of a name', async () => {
    const weather = await release();
    const headers = { 'content-type': 'application/gzip' };
    const unknown = await app.request('/v1/plugins/weather/1.0.0', { ...upload(weather, app.publisher), headers });
    expect(await codeOf(unknown)).toEqual([422, 'KEY_UNKNOWN']);
    const wrong = { ...weather, key: (await release({}, { signer: PluginSigner.generate() })).key };
    const refused = await app.request('/v1/plugins/weather/1.0.0', upload(wrong, app.publisher));
    expect(await codeOf(refused)).toEqual([422, 'SIGNATURE_INVALID']);
    const nonsense = await app.request(
      '/v1/plugins/weather/1.0.0',
      upload({ ...weather, key: 'bm9uc2Vuc2U=' }, app.publisher),
    );
    expect(await codeOf(nonsense)).toEqual([400, 'KEY_INVALID']);
  });

  it('refuses an archive of another name or version, a look-alike, and one that is no archive', async () => {
    const weather = await release();
    const misnamed = await app.request('/v1/plugins/sunshine/1.0.0', upload(weather, app.publisher));
    expect(await codeOf(misnamed)).toEqual([422, 'MANIFEST_MISMATCH']);
    await app.request('/v1/plugins/weather/1.0.0', upload(weather, app.publisher));
    const alike = await app.request(
      '/v1/plugins/Weather/1.0.0',
      upload(await release({ name: 'Weather' }), app.publisher),
    );
    expect(await codeOf(alike)).toEqual([409, 'NAME_TOO_SIMILAR']);
    for (const bytes of ['no archive', gzipSync('no tar')]) {
      const body = Uint8Array.from(Buffer.from(bytes));
      const refused = await app.request('/v1/plugins/x/1.0.0', { ...upload(weather, app.publisher), body });
      expect(await codeOf(refused)).toEqual([422, 'ARCHIVE_INVALID']);
    }
  });

  it('refuses a body that is empty, absent, of another type, or too large, said so or not', async () => {
    app = await createTestApp({ args: ['--artifact-max-bytes', '100'] });
    const weather = await release();
    const put = (init: RequestInit) =>
      app.request('/v1/plugins/weather/1.0.0', { ...upload(weather, app.publisher), ...init });
    expect(await codeOf(await put({ body: new Uint8Array(0) }))).toEqual([400, 'BODY_INVALID']);
    expect(
      await codeOf(await app.request('/v1/plugins/weather/1.0.0', { method: 'PUT', token: app.publisher })),
    ).toEqual([400, 'BODY_INVALID']);
    expect(await codeOf(await put({ headers: { 'content-type': 'multipart/form-data' } }))).toEqual([
      415,
      'CONTENT_TYPE_UNSUPPORTED',
    ]);
    expect(
      await codeOf(await put({ headers: { 'content-type': 'application/gzip', 'content-length': '101' } })),
    ).toEqual([413, 'ARTIFACT_TOO_LARGE']);
    expect(await codeOf(await put({}))).toEqual([413, 'ARTIFACT_TOO_LARGE']);
  });

  it('leaves nothing in its stages, whatever became of the upload', async () => {
    const weather = await release();
    await app.request('/v1/plugins/weather/1.0.0', upload(weather, app.publisher));
    await app.request('/v1/plugins/other/1.0.0', upload(weather, app.publisher));
    const [own] = (await readdir(join(app.dataDir, 'stages'))).filter((name) => !name.endsWith('.lock'));
    expect(await readdir(join(app.dataDir, 'stages', own ?? ''))).toEqual([]);
  });

  it('lists nothing of an upload that breaks off or that the stopping server cancels', async () => {
    const weather = await release();
    const half = new ReadableStream({
      start(controller) {
        controller.enqueue(weather.bytes.subarray(0, 100));
        controller.error(new Error('connection reset'));
      },
    });
    const send = (body: ReadableStream) =>
      app.request('/v1/plugins/weather/1.0.0', {
        ...upload(weather, app.publisher),
        body,
        duplex: 'half',
      } as RequestInit);
    expect(await codeOf(await send(half))).toEqual([400, 'BODY_INVALID']);
    const endless = new ReadableStream({ start: (controller) => controller.enqueue(weather.bytes.subarray(0, 100)) });
    const answer = send(endless);
    setTimeout(() => app.deps.lifecycle.abort(Object.assign(new Error('stop'))), 50);
    expect((await answer).status).toBeGreaterThanOrEqual(500);
    expect((await app.request('/v1/plugins/weather')).status).toBe(404);
  });
});

describe('the audit log', () => {
  it('has a publish in the same step in which it is listed, or nothing is listed', async () => {
    const taken = { id: 'taken', at: '2026-01-01T00:00:00.000Z', actor: 'system', action: 'test', subject: 'test' };
    let isRefused = true;
    app = await createTestApp({
      store: (own) => ({
        change: (name, work) =>
          own.change(name, (rows) => {
            const answer = work(rows);
            if (isRefused) rows.note(taken);
            return answer;
          }),
        versions: (name) => own.versions(name),
        owners: (name) => own.owners(name),
        search: (query) => own.search(query),
      }),
    });
    await app.deps.database.audit.add(taken);
    const weather = await release();
    const put = () => app.request('/v1/plugins/weather/1.0.0', upload(weather, app.publisher));
    expect((await put()).status).toBeGreaterThanOrEqual(400);
    isRefused = false;
    expect((await app.request('/v1/plugins/weather')).status).toBe(404);
    expect([(await put()).status, (await put()).status]).toEqual([201, 200]);
    const audit = await app.request('/v1/audit?action=publish', { token: app.admin });
    expect(((await audit.json()) as { items: unknown[] }).items).toHaveLength(1);
  });
});

describe('a manifest of many words', () => {
  it('is read on a thread of its own, and refused as any other', async () => {
    const extensions = { 'x-list': Array.from({ length: 3000 }, (_, at) => at) };
    const large = quickRelease('large', '1.0.0', { fields: extensions });
    expect((await app.request('/v1/plugins/large/1.0.0', upload(large, app.publisher))).status).toBe(201);
    const entry = await (await app.request('/v1/plugins/large/1.0.0')).json();
    expect(entry).toMatchObject({ manifest: extensions });
  });

  it.each([
    ['small', {}],
    ['large', { 'x-list': Array.from({ length: 3000 }, (_, at) => at) }],
  ])('is refused with all that is wrong with it: a %s one', async (_, extensions) => {
    const wrong = quickRelease('wrong', '1.0.0', { fields: extensions, tail: 'unheard: 1\nof: 2\n' });
    const refused = await app.request('/v1/plugins/wrong/1.0.0', upload(wrong, app.publisher));
    expect(refused.status).toBe(422);
    const problem = (await refused.json()) as { detail: string };
    const findings = ['unheard', 'of'].map((path) => ({ code: 'key-unknown', path }));
    expect(problem).toMatchObject({ code: 'MANIFEST_INVALID', findings });
    expect(problem.detail.split('\n')).toHaveLength(1 + findings.length);
  });
});

describe('a release that is made in memory', () => {
  it('is one as any other', async () => {
    const quick = quickRelease('quick', '1.0.0');
    const answer = await app.request('/v1/plugins/quick/1.0.0', upload(quick, app.publisher));
    expect([answer.status, await answer.text()]).toEqual([201, expect.any(String)]);
  });
});
