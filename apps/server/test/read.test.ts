import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Release, release, upload } from './support/releases.js';
import { createTestApp, type TestApp } from './support/test-app.js';

let app: TestApp;
let weather: Release;
beforeAll(async () => {
  app = await createTestApp();
  weather = await release({ keywords: ['rain'], capabilities: ['forecast'] });
  await app.request('/v1/plugins/weather/1.0.0', upload(weather, app.publisher));
  for (const name of ['weather-map', 'clock']) {
    const other = await release({ name, plugin_type: 'agent', description: `${name} of the weather` });
    await app.request(`/v1/plugins/${name}/1.0.0`, upload(other, app.publisher));
  }
});

interface Listing {
  readonly items: readonly { readonly manifest: { readonly name: string } }[];
  readonly cursor?: string;
}

const search = async (query: string): Promise<Listing> => {
  const answer = await app.request(`/v1/plugins?${query}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Listing;
};
const names = ({ items }: Listing) => items.map(({ manifest }) => manifest.name);

describe('reading', () => {
  it('searches names and descriptions, best first, by type, page by page', async () => {
    expect(names(await search('q=weather'))).toEqual(['weather', 'weather-map', 'clock']);
    expect(names(await search('q=weather&type=agent'))).toEqual(['weather-map', 'clock']);
    const first = await search('q=weather&limit=2');
    expect(names(first)).toEqual(['weather', 'weather-map']);
    const second = await search(`q=weather&limit=2&cursor=${encodeURIComponent(first.cursor ?? '')}`);
    expect(names(second)).toEqual(['clock']);
    expect(second.cursor).toBe(undefined);
  });

  it('searches keywords and capabilities when it is asked to', async () => {
    expect(names(await search('q=rain'))).toEqual([]);
    expect(names(await search('q=rain&in=keywords'))).toEqual(['weather']);
    expect(names(await search('q=forecast&in=keywords,capabilities'))).toEqual(['weather']);
  });

  it('finds what changed since', async () => {
    expect(names(await search('updated_since=2020-01-01T00:00:00Z'))).toHaveLength(3);
    expect(names(await search('updated_since=2999-01-01T00:00:00Z'))).toEqual([]);
  });

  it.each([
    'type=nonsense',
    'limit=0',
    'limit=101',
    'limit=x',
    'updated_since=yesterday',
    'in=everything',
    `q=${'x'.repeat(201)}`,
    'q=%00',
    'cursor=',
  ])('refuses the query %s', async (query) => {
    const answer = await app.request(`/v1/plugins?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ code: 'REQUEST_INVALID', findings: [{ code: 'field-invalid' }] });
  });

  it('refuses a cursor that is none', async () => {
    const answer = await app.request('/v1/plugins?q=weather&cursor=nonsense');
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'CURSOR_INVALID']);
  });

  it('shows a name with its owners, versions and latest, and one version', async () => {
    const name = await app.request('/v1/plugins/weather');
    expect(await name.json()).toMatchObject({
      name: 'weather',
      owners: [{ key_id: expect.stringMatching(/^SHA256:/), public_key: expect.stringContaining('BEGIN PUBLIC KEY') }],
      versions: [{ manifest: { version: '1.0.0' }, artifact: { integrity: weather.integrity } }],
      latest: '1.0.0',
    });
    const version = await app.request('/v1/plugins/weather/1.0.0');
    expect(await version.json()).toMatchObject({ manifest: { name: 'weather' }, published_at: expect.any(String) });
  });

  it('answers 304 to who has the bytes already, and other tags after a change', async () => {
    const first = await app.request('/v1/plugins/clock');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{18}"$/);
    const again = await app.request('/v1/plugins/clock', { headers: { 'if-none-match': `"x", W/${etag}` } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const body = JSON.stringify({ reason: 'slow' });
    const init = { method: 'POST', token: app.admin, body, headers: { 'content-type': 'application/json' } };
    expect((await app.request('/v1/plugins/clock/1.0.0/deprecate', init)).status).toBe(200);
    const changed = await app.request('/v1/plugins/clock', { headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
  });

  it.each([
    ['/v1/plugins/wether', 404, 'PLUGIN_NOT_FOUND'],
    ['/v1/plugins/weather/9.9.9', 404, 'VERSION_NOT_FOUND'],
    ['/v1/plugins/weather/9.9.9/artifact', 404, 'VERSION_NOT_FOUND'],
    ['/v1/plugins/wether/owners', 404, 'PLUGIN_NOT_FOUND'],
    ['/v1/plugins/weather/latest', 400, 'REQUEST_INVALID'],
    ['/v1/plugins/..%2f..%2fetc%2fpasswd', 400, 'REQUEST_INVALID'],
    ['/v1/plugins/%00', 400, 'REQUEST_INVALID'],
    ['/v1/plugins/weather/1.0.0%0d%0ax/artifact', 400, 'REQUEST_INVALID'],
    ['/v1/nothing', 404, 'ROUTE_NOT_FOUND'],
  ])('%s is %i %s', async (path, status, code) => {
    const answer = await app.request(path);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
  });
});

describe('downloading', () => {
  const path = '/v1/plugins/weather/1.0.0/artifact';

  it('says what it is, and that it never changes', async () => {
    const { headers, status } = await app.request(path, { method: 'HEAD' });
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      etag: `"${weather.integrity}"`,
      'cache-control': 'public, max-age=31536000, immutable',
      'content-length': String(weather.bytes.length),
      'accept-ranges': 'bytes',
      'content-type': 'application/gzip',
      'content-disposition': 'attachment; filename="weather-1.0.0.tgz"',
    });
    const again = await app.request(path, { headers: { 'if-none-match': `"${weather.integrity}"` } });
    expect(again.status).toBe(304);
  });

  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=10-', 10, undefined],
    ['bytes=-5', -5, undefined],
    ['bytes=0-999999', 0, undefined],
  ])('sends the range %s', async (range, start, end) => {
    const answer = await app.request(path, { headers: { range } });
    const expected = Buffer.from(weather.bytes.subarray(start, end));
    expect(answer.status).toBe(206);
    expect(Buffer.from(await answer.arrayBuffer()).equals(expected)).toBe(true);
    expect(answer.headers.get('content-length')).toBe(String(expected.length));
    expect(answer.headers.get('content-range')).toMatch(/^bytes \d+-\d+\/\d+$/);
  });

  it.each(['bytes=5-2', 'bytes=0-1,3-4', 'lines=0-1', 'bytes=-', 'bytes=99999999999999999999-'])(
    'sends all of it for the range %s',
    async (range) => {
      const answer = await app.request(path, { headers: { range } });
      expect(answer.status).toBe(200);
      await answer.arrayBuffer();
    },
  );

  it('refuses a range behind the end, and forgets one of another archive', async () => {
    const behind = await app.request(path, { headers: { range: 'bytes=999999-' } });
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, `bytes */${weather.bytes.length}`]);
    const other = await app.request(path, { headers: { range: 'bytes=0-1', 'if-range': '"other"' } });
    expect(other.status).toBe(200);
    await other.arrayBuffer();
    const same = await app.request(path, { headers: { range: 'bytes=0-1', 'if-range': `"${weather.integrity}"` } });
    expect(same.status).toBe(206);
  });

  it('breaks off when the archive on the disk was changed', async () => {
    const { deps } = app;
    // Smaller ones are in the database.
    const files = { 'data.txt': randomBytes(100_000).toString('hex') };
    const changed = await release({ name: 'changed' }, { files });
    await app.request('/v1/plugins/changed/1.0.0', upload(changed, app.publisher));
    const { writeFile } = await import('node:fs/promises');
    const hex = Buffer.from(changed.integrity.slice(7), 'base64').toString('hex');
    const tampered = Buffer.from(changed.bytes);
    tampered[20] = (tampered[20] ?? 0) ^ 1;
    await writeFile(`${deps.config.artifacts}/${hex}.tgz`, tampered);
    const answer = await app.request('/v1/plugins/changed/1.0.0/artifact');
    await expect(answer.arrayBuffer()).rejects.toThrow(/INTEGRITY|Expected an archive/);
  });
});
