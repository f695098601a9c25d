import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { createCredential } from '@agentmesh/download';
import {
  createOciClient,
  createPluginManifest,
  describeBytes,
  EMPTY_CONFIG,
  formatManifest,
  INDEX_TYPE,
  MANIFEST_TYPE,
  MAX_MANIFEST_BYTES,
  type OciRepositorySession,
  PLUGIN_LAYER_TYPE,
  readManifest,
  readPluginManifest,
} from '@agentmesh/oci';
import { createAuthority, type Intercept, startTlsFront, type TlsFront } from '@agentmesh/test-support';
import { afterEach, describe, expect, it } from 'vitest';

const { signal } = new AbortController();
const authority = createAuthority('registry.test', 'storage.test');
const lookup = async () => [{ address: '127.0.0.1', family: 4 }];
const BYTES = Buffer.from('an archive, more or less');
const LAYER = describeBytes(BYTES, PLUGIN_LAYER_TYPE);
const MANIFEST = createPluginManifest(LAYER, { name: 'demo', version: '1', contentDigest: 'h1:x' });
const DIGEST = `sha256:${createHash('sha256').update(formatManifest(MANIFEST)).digest('hex')}`;

const fronts: TlsFront[] = [];
afterEach(async () => {
  for (const front of fronts.splice(0)) await front.close();
});

/** A registry that answers as it likes, and a session with it. */
async function hostile(
  answer: (url: string, response: ServerResponse) => void,
  access: 'pull' | 'push' = 'pull',
): Promise<{ readonly session: OciRepositorySession; readonly front: TlsFront }> {
  const intercept: Intercept = ({ url = '' }, response) => {
    answer(url, response);
    return true;
  };
  const front = await startTlsFront(authority, { intercept });
  fronts.push(front);
  const credentials = { find: async () => createCredential('s3cret', 'me') };
  const retry = { attempts: 2, backoffMs: 1 };
  const client = createOciClient({
    ...{ allowPrivateHosts: ['127.0.0.1'], ca: authority.ca, lookup, credentials, retry },
    chunkBytes: 10,
  });
  const repository = { registry: `registry.test:${front.port}`, repository: 'acme/demo' };
  return { session: client.open(repository, { access, signal, timeoutMs: 5_000 }), front };
}

const send = (response: ServerResponse, body: string | Uint8Array, headers: Record<string, string> = {}): void =>
  void response.writeHead(200, { 'content-type': MANIFEST_TYPE, ...headers }).end(body);
const dripping = (response: ServerResponse): void => {
  const timer = setInterval(() => response.write('x'), 20);
  response.on('close', () => clearInterval(timer));
};
const flooding = (response: ServerResponse): void => {
  const flood = new Readable({
    read() {
      setImmediate(() => this.push(Buffer.alloc(65_536)));
    },
  });
  pipeline(flood, response, () => undefined);
};

describe('a manifest', () => {
  it('with another digest than was asked for is INTEGRITY_MISMATCH', async () => {
    const { session } = await hostile((_, response) => send(response, formatManifest({ ...MANIFEST, layers: [] })));
    await expect(session.findManifest(DIGEST)).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
  });

  it('with another digest than is announced is INTEGRITY_MISMATCH', async () => {
    const headers = { 'docker-content-digest': `sha256:${'0'.repeat(64)}` };
    const { session } = await hostile((_, response) => send(response, formatManifest(MANIFEST), headers));
    await expect(session.findManifest('1')).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
  });

  it.each([
    ['that never ends', flooding],
    [
      'that is announced as too large',
      (response: ServerResponse) => send(response, Buffer.alloc(MAX_MANIFEST_BYTES + 1)),
    ],
  ])('%s is FETCH_TOO_LARGE', async (_, answer) => {
    const { session } = await hostile((_url, response) => answer(response));
    await expect(session.findManifest('1')).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
  });

  it('that drips is FETCH_TIMEOUT at the deadline', async () => {
    const front = await startTlsFront(authority, {
      intercept: (_, response) => {
        dripping(response);
        return true;
      },
    });
    fronts.push(front);
    const client = createOciClient({ allowPrivateHosts: ['127.0.0.1'], ca: authority.ca, lookup });
    const repository = { registry: `registry.test:${front.port}`, repository: 'acme/demo' };
    const session = client.open(repository, { access: 'pull', signal, timeoutMs: 200 });
    await expect(session.findManifest('1')).rejects.toMatchObject({ code: 'FETCH_TIMEOUT' });
  });

  it.each([
    ['a status of its own', 418, 'FETCH_FAILED'],
    ['too many requests', 429, 'FETCH_FAILED'],
    ['an error', 500, 'FETCH_FAILED'],
    ['denied', 403, 'SOURCE_NOT_FOUND'],
  ])('answered with %s says %i in our words alone', async (_, status, code) => {
    const { session } = await hostile((_url, response) => void response.writeHead(status).end('raw upstream text'));
    const failed = session.findManifest('1');
    await expect(failed).rejects.toMatchObject({ code });
    await expect(failed).rejects.toMatchObject({ message: expect.not.stringContaining('upstream') });
  });
});

describe('the bytes of a manifest', () => {
  const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
  const good: object = JSON.parse(Buffer.from(formatManifest(MANIFEST)).toString());

  it('are read as they were written', () => {
    expect(readManifest(formatManifest(MANIFEST), `${MANIFEST_TYPE}; charset=utf-8`)).toEqual(MANIFEST);
    expect(readManifest(formatManifest({ ...MANIFEST, subject: LAYER })).subject).toEqual(LAYER);
  });

  it.each([
    ['a list', json([])],
    ['null', json(null)],
    ['an index', json({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests: [] })],
    ['an index without a media type', json({ schemaVersion: 2, manifests: [] })],
    ['schema 1', json({ ...good, schemaVersion: 1 })],
    ['a manifest of Docker', json({ ...good, mediaType: 'application/vnd.docker.distribution.manifest.v2+json' })],
    ['a manifest without a config', json({ ...good, config: undefined })],
    ['a manifest without layers', json({ ...good, layers: undefined })],
    ['a manifest of 1,001 layers', json({ ...good, layers: Array.from({ length: 1001 }, () => LAYER) })],
    ['a layer of a negative size', json({ ...good, layers: [{ ...LAYER, size: -1 }] })],
    ['a layer of half a byte', json({ ...good, layers: [{ ...LAYER, size: 0.5 }] })],
    ['a layer whose size is a text', json({ ...good, layers: [{ ...LAYER, size: '24' }] })],
    ['a layer with a climb as digest', json({ ...good, layers: [{ ...LAYER, digest: 'sha256:../../x' }] })],
    ['a layer with a weak digest', json({ ...good, layers: [{ ...LAYER, digest: `md5:${'0'.repeat(32)}` }] })],
    ['a layer without a media type', json({ ...good, layers: [{ ...LAYER, mediaType: undefined }] })],
    ['null as a layer', json({ ...good, layers: [null] })],
    ['annotations that are a list', json({ ...good, annotations: ['x'] })],
    ['an annotation that is a number', json({ ...good, annotations: { x: 1 } })],
  ])('are refused when they are %s', (_, bytes) => {
    expect(() => readManifest(bytes)).toThrow(expect.objectContaining({ code: 'ARCHIVE_INVALID' }));
  });

  it.each([
    ['no JSON', Buffer.from('{'), 'FETCH_FAILED'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'FETCH_FAILED'],
    ['a million objects', Buffer.from(`[${'{},'.repeat(1e6)}{}]`), 'FETCH_TOO_LARGE'],
  ])('are refused when they are %s', (_, bytes, code) => {
    expect(() => readManifest(bytes)).toThrow(expect.objectContaining({ code }));
  });

  it('are refused when the registry calls them something else', () => {
    expect(() => readManifest(formatManifest(MANIFEST), INDEX_TYPE)).toThrow(/index/);
    expect(() => readManifest(formatManifest(MANIFEST), 'text/plain')).toThrow(/no image manifest/);
  });

  it.each([
    ['of another kind', { ...MANIFEST, artifactType: 'application/vnd.test.other.v1' }],
    ['of no kind', { config: MANIFEST.config, layers: MANIFEST.layers }],
    ['with a config of its own', { ...MANIFEST, config: LAYER }],
    ['with an empty config of another size', { ...MANIFEST, config: { ...EMPTY_CONFIG.descriptor, size: 3 } }],
    ['of no layers', { ...MANIFEST, layers: [] }],
    ['of two layers', { ...MANIFEST, layers: [LAYER, LAYER] }],
    ['with a layer of another kind', { ...MANIFEST, layers: [EMPTY_CONFIG.descriptor] }],
  ])('are no plugin when the artifact is one %s', (_, manifest) => {
    expect(() => readPluginManifest(manifest)).toThrow(expect.objectContaining({ code: 'ARCHIVE_INVALID' }));
  });
});

describe('a blob', () => {
  const get = ({ session }: { session: OciRepositorySession }) => session.getBlob(LAYER, { maxBytes: 1e9 });
  const blob =
    (answer: (response: ServerResponse) => void) =>
    (_url: string, response: ServerResponse): void => {
      // Node takes no body, not even an endless one, for an answer to HEAD.
      if (response.req.method === 'HEAD') response.writeHead(200).end();
      else answer(response);
    };

  it.each([
    ['of other bytes', (response: ServerResponse) => send(response, BYTES.toString().toUpperCase())],
    ['of fewer bytes', (response: ServerResponse) => send(response, BYTES.subarray(1))],
    ['of more bytes', (response: ServerResponse) => send(response, Buffer.concat([BYTES, BYTES]))],
    ['that never ends', flooding],
  ])('%s is INTEGRITY_MISMATCH', async (_, answer) => {
    await expect(get(await hostile(blob(answer)))).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
  });

  it.each([
    ['cloud metadata', 'http://169.254.169.254/latest/meta-data/'],
    ['cloud metadata over TLS', 'https://169.254.169.254/latest/meta-data/'],
    ['a file', 'file:///etc/passwd'],
    ['plain http', 'http://storage.test/blob'],
    ['an address of the network', 'https://10.0.0.1/blob'],
  ])('is not fetched from %s when the registry redirects there', async (_, location) => {
    const answer = blob((response) => void response.writeHead(307, { location }).end());
    await expect(get(await hostile(answer))).rejects.toMatchObject({ code: 'FETCH_FAILED' });
  });

  it('comes from another host by a redirect, which sees no credential', async () => {
    const storage = await hostile((_, response) => send(response, BYTES));
    const { session, front } = await hostile((_, response) => {
      const isKnown = front.requests.at(-1)?.headers.authorization !== undefined;
      const location = `https://storage.test:${storage.front.port}/blob`;
      const challenge = { 'www-authenticate': 'Basic realm="x"' };
      response.writeHead(isKnown ? 307 : 401, isKnown ? { location } : challenge).end();
    });
    expect(await session.getBlob(LAYER, { maxBytes: 100 })).toEqual(BYTES);
    expect(front.requests.at(-1)?.headers.authorization).toMatch(/^Basic /);
    expect(new Set(storage.front.requests.map(({ headers }) => headers.authorization))).toEqual(new Set([undefined]));
  });
});

describe('an upload', () => {
  const put = (session: OciRepositorySession) => session.putBlob(BYTES, { mediaType: 'text/plain' });

  it('is sent to another host without a credential when the registry says so', async () => {
    const storage = await hostile((_, response) => void response.writeHead(201).end());
    const { session, front } = await hostile((url, response) => {
      const known = front.requests.at(-1)?.headers.authorization;
      const location = `https://storage.test:${storage.front.port}/upload?x=1`;
      if (known === undefined) response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      else if (url.endsWith('/uploads/')) response.writeHead(202, { location }).end();
      else response.writeHead(404).end();
    }, 'push');
    // In pieces it would be refused, since the storage answers 201 to a piece.
    await session.putBlob(BYTES.subarray(0, 5), { mediaType: 'text/plain' });
    expect(storage.front.requests.map(({ headers, url }) => [headers.authorization, url])).toEqual([
      [undefined, expect.stringMatching(/^\/upload\?x=1&digest=sha256/)],
    ]);
  });

  it.each([
    ['refused', (response: ServerResponse) => response.writeHead(500).end(), 'PUSH_FAILED'],
    ['too large', (response: ServerResponse) => response.writeHead(413).end(), 'FETCH_TOO_LARGE'],
    ['sent nowhere', (response: ServerResponse) => response.writeHead(202).end(), 'PUSH_FAILED'],
    [
      'sent to cloud metadata',
      (response: ServerResponse) => response.writeHead(202, { location: 'https://169.254.169.254/' }).end(),
      'FETCH_FAILED',
    ],
    [
      'taken in part',
      (response: ServerResponse) => response.writeHead(202, { location: '/next', range: '0-3' }).end(),
      'PUSH_FAILED',
    ],
  ])('that is %s fails', async (_, answer, code) => {
    const { session } = await hostile((url, response) => {
      if (url.includes('/blobs/sha256')) response.writeHead(404).end();
      else answer(response);
    }, 'push');
    await expect(put(session)).rejects.toMatchObject({ code });
  });

  it('is refused when the registry stored other bytes', async () => {
    const wrong = { 'docker-content-digest': `sha256:${'0'.repeat(64)}` };
    const { session } = await hostile((url, response) => {
      if (url.includes('/blobs/sha256')) response.writeHead(404).end();
      else if (url.endsWith('/uploads/')) response.writeHead(202, { location: '/next' }).end();
      else response.writeHead(201, wrong).end();
    }, 'push');
    const small = session.putBlob(BYTES.subarray(0, 5), { mediaType: 'text/plain' });
    await expect(small).rejects.toMatchObject({ code: 'PUSH_FAILED' });
    await expect(session.putManifest(MANIFEST)).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
  });
});

describe('a registry that knows referrers', () => {
  const index = (...manifests: readonly object[]): string =>
    JSON.stringify({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests });

  it('lists them page by page, of its own pages only', async () => {
    const { session, front } = await hostile((url, response) => {
      const link = url.includes('page=2') ? '<https://storage.test/next>; rel="next"' : '<?page=2>; rel="next"';
      send(response, index(LAYER), { 'content-type': INDEX_TYPE, link });
    });
    expect(await session.listReferrers(LAYER.digest)).toEqual([LAYER, LAYER]);
    expect(front.requests.map(({ url }) => url)).toEqual([
      `/v2/acme/demo/referrers/${LAYER.digest}`,
      `/v2/acme/demo/referrers/${LAYER.digest}?page=2`,
    ]);
  });

  it('is not followed for ever', async () => {
    const { session } = await hostile((_, response) => send(response, index(), { link: '<?page=2>; rel="next"' }));
    await expect(session.listReferrers(LAYER.digest)).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
  });

  it('is told of a subject once, and gets no tag for it', async () => {
    const { session, front } = await hostile(
      (_, response) => void response.writeHead(201, { 'oci-subject': LAYER.digest }).end(),
      'push',
    );
    await session.putManifest({ ...MANIFEST, subject: LAYER }, 'note');
    expect(front.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(['PUT /v2/acme/demo/manifests/note']);
  });

  it.each([
    ['no index', '{"schemaVersion":2}'],
    ['rubbish in it', index({ mediaType: 'x' })],
  ])('is refused when it answers with %s', async (_, body) => {
    const { session } = await hostile((_url, response) => send(response, body));
    await expect(session.listReferrers(LAYER.digest)).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });
});
