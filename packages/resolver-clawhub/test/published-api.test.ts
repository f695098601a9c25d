import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClawhubServer, startClawhub } from './clawhub-server.js';

// Somebody else's data, which is not kept here.
const FILE = new URL('../../../../shared/vectors/clawhub-openapi.json', import.meta.url);
const isThere = existsSync(FILE);
if (!isThere) console.warn('Skipped: ../shared/vectors/clawhub-openapi.json is not here');

const HANDOFF = {
  sourceRef: 'public-github',
  repo: 'alice/skills',
  commit: '0123456789abcdef0123456789abcdef01234567',
  path: 'weather',
  contentHash: 'x',
  archiveUrl: 'https://x.test/',
};

let server: ClawhubServer;
beforeAll(async () => {
  const versions = { '1.0.0': { 'SKILL.md': 'x' } };
  server = await startClawhub({
    weather: { owner: 'alice', versions, tags: { beta: '1.0.0' } },
    empty: { owner: 'alice', versions: {} },
    elsewhere: { owner: 'alice', versions, handoff: HANDOFF },
  });
});
afterAll(() => server.close());

describe.skipIf(!isThere)('the ClawHub server of these tests', () => {
  it.each([
    ['/api/v1/skills/{slug}', '/api/v1/skills/weather'],
    ['/api/v1/skills/{slug}', '/api/v1/skills/empty'],
    ['/api/v1/skills/{slug}', '/api/v1/skills/third'],
    ['/api/v1/skills/{slug}/versions/{version}', '/api/v1/skills/weather/versions/1.0.0'],
    ['/api/v1/download', '/api/v1/download?slug=weather&version=1.0.0'],
    ['/api/v1/download', '/api/v1/download?slug=elsewhere&version=1.0.0'],
  ])('answers %s as the published API says: %s', async (path, url) => {
    const api = JSON.parse(readFileSync(FILE, 'utf8'));
    const response = await fetch(server.url + url);
    const type = response.headers.get('content-type') ?? '';
    const schema: AnySchema = api.paths[path].get.responses[response.status].content[type].schema;
    if (type === 'application/zip') {
      expect(new Uint8Array(await response.arrayBuffer()).slice(0, 2)).toEqual(new TextEncoder().encode('PK'));
      return;
    }
    const ajv = new Ajv2020({ strict: false, formats: { uri: true } });
    ajv.addSchema({ $id: 'api', ...api });
    const inside = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/'));
    const answer = type === 'text/plain' ? await response.text() : await response.json();
    ajv.validate(inside, answer);
    expect(ajv.errors).toBeNull();
  });
});
