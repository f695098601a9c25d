import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { integrityOf } from '@agentmesh/artifact';
import { saveManifest } from '@agentmesh/manifest';
import type { RegistryEntry } from '@agentmesh/registry';
import { describe, expect, it } from 'vitest';
// @boundaries-ignore the hostile input that artifact is tested with
import { hostileArchives } from '../../artifact/test/hostile-archives.js';
// @boundaries-ignore the hostile input that artifact is tested with
import { hostileTrees } from '../../artifact/test/hostile-trees.js';
import { createWorkshop, failure, manifestOf, orphans, snapshot } from './workshop.js';

describe('a hostile archive from the registry is refused, with nothing left behind', () => {
  for (const { name, bytes, code } of hostileArchives()) {
    it(name, async () => {
      const shop = await createWorkshop();
      const artifact = { integrity: integrityOf(bytes), size: bytes.length };
      const entry: RegistryEntry = { manifest: manifestOf({ name: 'evil' }), artifact, status: { state: 'active' } };
      const registry = { versions: async () => [entry], readArtifact: async () => bytes };
      await shop.register({ name: 'good' });
      await shop.installer().install('good');
      const before = await snapshot(shop.dir);
      const refused = await failure(shop.installer({ registry }).install('evil'));
      expect(refused.code).toBe(code);
      expect(await snapshot(shop.dir)).toEqual(before);
      expect(await orphans(shop.stateDir)).toEqual([]);
    });
  }
});

describe('a hostile folder of the local scheme is refused, with nothing left behind', () => {
  for (const { name, code, make } of hostileTrees()) {
    it(name, async () => {
      const shop = await createWorkshop();
      await shop.register({ name: 'good' });
      await shop.installer().install('good');
      const at = join(shop.localRoot, 'evil');
      await mkdir(at);
      await saveManifest(manifestOf({ name: 'evil' }), at);
      await make(at);
      const before = await snapshot(shop.pluginsDir);
      const refused = await failure(shop.installer().install('local://evil'));
      expect([code, 'FETCH_TOO_LARGE']).toContain(refused.code);
      expect(await snapshot(shop.pluginsDir)).toEqual(before);
      expect(await orphans(shop.stateDir)).toEqual([]);
    });
  }
});

describe('a resolver of a third party that does not guard what it writes', () => {
  for (const { name, code, make } of hostileTrees()) {
    it(`is guarded by the installer: ${name}`, async () => {
      const shop = await createWorkshop();
      const sources = {
        has: () => true,
        fetch: async (source: { scheme: string; spec: string }, target: string) => {
          await mkdir(target, { recursive: true });
          await saveManifest(manifestOf({ name: 'evil' }), target);
          await make(target);
          return { name: 'evil', resolved: 'x://evil', source };
        },
      };
      expect((await failure(shop.installer({ sources }).install('x://evil'))).code).toBe(code);
      expect(await snapshot(shop.pluginsDir)).toEqual({});
    });
  }
});

describe('limits', () => {
  it('are options and hold for archives and folders', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' }, { 'index.js': 'x'.repeat(5000) });
    await shop.local('b', { name: 'b' }, { 'index.js': 'x'.repeat(5000) });
    const limits = { maxBytes: 4000, fetchTimeoutMs: 10_000 };
    expect(await failure(shop.installer({ limits }).install('a'))).toMatchObject({ code: 'TREE_TOO_LARGE' });
    expect(await failure(shop.installer({ limits }).install('local://b'))).toMatchObject({ code: 'FETCH_TOO_LARGE' });
    await writeFile(join(shop.localRoot, 'b/second.js'), '');
    expect(await failure(shop.installer({ limits: { maxFiles: 2 } }).install('local://b'))).toMatchObject({
      code: 'FETCH_TOO_LARGE',
    });
  });
});
