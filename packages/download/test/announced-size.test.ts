import { createHash } from 'node:crypto';
import { createDownloader, type Digest } from '@agentmesh/download';
import { createAuthority, loopbackLookup as lookup, serve } from '@agentmesh/test-support';
import { describe, expect, it } from 'vitest';

const { signal } = new AbortController();
const BYTES = Buffer.from('0123456789');
const DIGEST: Digest = `sha256:${createHash('sha256').update(BYTES).digest('hex')}`;
const authority = createAuthority('one.test', 'two.test');
const options = { allowPrivateHosts: ['127.0.0.1'], ca: authority.ca, lookup };

describe('a download of an announced size', () => {
  it('takes just that many bytes', async () => {
    const server = await serve((_, response) => response.end(BYTES));
    const url = `http://127.0.0.1:${server.port}/`;
    const download = (size: number) =>
      createDownloader(options).download({ url, signal, size, maxBytes: 100, digest: DIGEST });
    expect((await download(10)).bytes).toEqual(BYTES);
    for (const size of [9, 11]) await expect(download(size)).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
  });

  it('ends one that goes on for ever at once', async () => {
    const server = await serve((_, response) => {
      const timer = setInterval(() => response.write(Buffer.alloc(1000)), 1);
      response.on('close', () => clearInterval(timer));
    });
    const request = { url: `http://127.0.0.1:${server.port}/`, signal, size: 5_000, maxBytes: 1e9 };
    await expect(createDownloader(options).download(request)).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
  });
});

describe('a log-in that a download makes for itself', () => {
  it('is made when a request is sent, and its header goes to that host', async () => {
    const server = await serve((_, response) => response.end(BYTES), authority);
    const url = `https://one.test:${server.port}/`;
    const downloader = createDownloader(options);
    await downloader.download({ url, signal, maxBytes: 100, authorization: async () => 'Bearer abc' });
    await downloader.download({ url, signal, maxBytes: 100, authorization: async () => undefined });
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer abc', undefined]);
  });

  it('is not made for a connection without TLS', async () => {
    const server = await serve((_, response) => response.end(BYTES));
    const authorization = (): Promise<string> => Promise.reject(new Error('asked for'));
    const url = `http://127.0.0.1:${server.port}/`;
    await createDownloader(options).download({ url, signal, maxBytes: 100, authorization });
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });
});
