import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createManifest } from '@agentmesh/manifest';
import { DEFAULT_FETCH_LIMITS, type FetchContext, SourceRegistry } from '@agentmesh/resolver';
import { createResolver, type VersionSource } from '@agentmesh/resolver-registry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPublished, type PublishedPlugins } from './publish-plugins.js';

let plugins: PublishedPlugins;
let target: string;
beforeEach(async () => {
  plugins = await openPublished();
  target = join(plugins.folder, 'plugin');
  for (const version of ['1.0.0', '1.1.0', '1.2.0', '2.0.0'])
    await plugins.publish('demo', version, { 'demo.js': `export const version = '${version}';\n` });
});
afterEach(() => plugins.close());

const context = (own: Partial<FetchContext> = {}): FetchContext => ({
  signal: new AbortController().signal,
  limits: DEFAULT_FETCH_LIMITS,
  ...own,
});

function fetchPlugin(spec: string, registry: VersionSource = plugins.registry as VersionSource) {
  return new SourceRegistry().register(createResolver({ registry })).fetch({ scheme: 'registry', spec }, target);
}

describe('a plugin of a registry', () => {
  it.each([
    ['demo', '2.0.0'],
    ['demo@<2', '1.2.0'],
    ['demo@>=1.0.0,!=1.2.0,<2', '1.1.0'],
    ['demo@1.0.0', '1.0.0'],
  ])('is fetched as %s in version %s', async (spec, version) => {
    const fetched = await fetchPlugin(spec);
    expect(fetched).toMatchObject({ name: 'demo', resolved: `registry://demo@${version}`, revision: version });
    expect(await readFile(join(target, 'demo.js'), 'utf8')).toContain(version);
  });

  it('is not fetched in a withdrawn version while there is another, unless that one is named', async () => {
    await plugins.registry.deprecate('demo', '2.0.0', { reason: 'old' });
    await plugins.registry.yank('demo', '1.2.0', { reason: 'broken' });
    await expect(fetchPlugin('demo@<2')).resolves.toMatchObject({ revision: '1.1.0' });
    await rm(target, { recursive: true });
    await expect(fetchPlugin('demo')).resolves.toMatchObject({ revision: '1.1.0' });
    await rm(target, { recursive: true });
    await expect(fetchPlugin('demo@>=2')).resolves.toMatchObject({ revision: '2.0.0' });
    await rm(target, { recursive: true });
    await expect(fetchPlugin('demo@>=1.2,<2')).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    await expect(fetchPlugin('demo@1.2.0')).resolves.toMatchObject({ revision: '1.2.0' });
  });

  it('is missing when the registry has its manifest alone', async () => {
    const fields = { name: 'bare', version: '1.0.0', description: 'd', author: 'a', plugin_type: 'validator' } as const;
    await plugins.registry.register(createManifest(fields));
    await expect(fetchPlugin('bare')).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });
});

describe('a registry that answers something else', () => {
  const entry = { manifest: { name: 'demo', version: '1.0.0' }, artifact: { integrity: 'sha512-x', size: 1 } };
  const active = { ...entry, status: { state: 'active' as const } };
  const never = new Promise<never>(() => undefined);

  it('is not believed about another plugin, or a version that is none', async () => {
    const other = { ...active, manifest: { name: '../evil', version: '1.0.0' } };
    const odd = { ...active, manifest: { name: 'demo', version: '../1' } };
    const registry = { versions: async () => [other, odd], readArtifact: async () => new Uint8Array() };
    await expect(fetchPlugin('demo', registry)).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  it.each([
    ['an archive with other bytes', async () => new Uint8Array([1]), /INTEGRITY|ARCHIVE/],
    ['an error of its own', () => Promise.reject(new Error('secret')), /FETCH_FAILED/],
    ['a code that no fetch has', () => Promise.reject(Object.assign(new Error('x'), { code: 'EIO' })), /FETCH_FAILED/],
  ])('ends in a code of a fetch: %s', async (_, readArtifact, code) => {
    const failing = fetchPlugin('demo', { versions: async () => [active], readArtifact });
    await expect(failing).rejects.toMatchObject({ code: expect.stringMatching(code) });
    expect(await readdir(plugins.folder)).toContain('registry.json');
  });

  it('is not waited for after a cancellation', async () => {
    for (const registry of [
      { versions: () => never, readArtifact: () => never },
      { versions: async () => [active], readArtifact: () => never },
    ]) {
      const controller = new AbortController();
      const { signal } = controller;
      const fetching = createResolver({ registry }).fetch('demo', target, context({ signal }));
      setTimeout(() => controller.abort('enough'), 5);
      await expect(fetching).rejects.toBe('enough');
    }
  });

  it('keeps to the limits', async () => {
    const resolver = createResolver({ registry: plugins.registry, limits: { maxBytes: 10 } });
    await expect(resolver.fetch('demo', target, context())).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
    await writeFile(join(plugins.folder, 'keep'), '');
  });
});
