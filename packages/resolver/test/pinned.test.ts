import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  checkResolverShape,
  FETCH_ERROR_CODES,
  type FetchContext,
  SourceRegistry,
  type SourceResolver,
  sourceUnpinned,
} from '@agentmesh/resolver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-pinned-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a policy of pinned sources', () => {
  it('reaches the resolver, whose refusal reaches the caller', async () => {
    const seen: FetchContext['pinned'][] = [];
    const resolver: SourceResolver = {
      scheme: 'fake',
      fetch: async (_spec, _target, context) => {
        seen.push(context.pinned);
        if (context.pinned === 'required') throw sourceUnpinned('fake', 'a number');
        return { name: 'a', resolved: 'fake://a' };
      },
    };
    const registry = new SourceRegistry().register(resolver);
    const source = { scheme: 'fake', spec: 'a' };
    await expect(registry.fetch(source, join(folder, 'a'), { pinned: 'required' })).rejects.toMatchObject({
      code: 'SOURCE_UNPINNED',
      message: 'Expected a pinned "fake" source (a number), got one that may move',
    });
    await registry.fetch(source, join(folder, 'b'));
    await registry.fetch(source, join(folder, 'c'), { pinned: undefined });
    expect(seen).toEqual(['required', undefined, undefined]);
    expect(FETCH_ERROR_CODES).toContain('SOURCE_UNPINNED');
  });
});

describe('checkResolverShape', () => {
  it('takes a resolver, whatever else it has', () => {
    const resolver: unknown = { scheme: 's3', fetch: async () => undefined, more: 1 };
    expect(() => checkResolverShape(resolver)).not.toThrow();
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a factory instead of what it makes', () => undefined],
    ['no scheme', { fetch: async () => undefined }],
    ['a scheme in capitals', { scheme: 'S3', fetch: async () => undefined }],
    ['a scheme with a separator', { scheme: 's3://', fetch: async () => undefined }],
    ['an endless scheme', { scheme: 'a'.repeat(65), fetch: async () => undefined }],
    ['no fetch', { scheme: 's3' }],
    ['a fetch that is no function', { scheme: 's3', fetch: {} }],
  ])('refuses %s', (_, value) => {
    expect(() => checkResolverShape(value)).toThrow(expect.objectContaining({ code: 'RESOLVER_INVALID' }));
  });
});
