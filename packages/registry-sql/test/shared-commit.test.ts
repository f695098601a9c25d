import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createManifest } from '@agentmesh/manifest';
import type { RegistryEntry } from '@agentmesh/registry';
import { openDatabase } from '@agentmesh/registry-sql';
import { expect, it, onTestFinished } from 'vitest';
import { namesOf } from './names-of.js';
import { temporaryFolder } from './temporary-folder.js';

it('keeps the changes that shared a commit with one that the database refused half way', async () => {
  const path = join(await temporaryFolder(), 'a.db');
  const { store, close } = await openDatabase({ url: `sqlite:${path}` });
  onTestFinished(close);
  const file = new DatabaseSync(path);
  file.exec(
    "CREATE TRIGGER refuse BEFORE INSERT ON artifacts WHEN new.size = 666 BEGIN SELECT RAISE(ABORT, 'no'); END",
  );
  file.close();
  const sizes = [1, 2, 666, 3, 666, 4];
  const changes = sizes.map((size, index) => store.change(`p${index}`, (rows) => rows.put(entryOf(`p${index}`, size))));
  const outcomes = await Promise.allSettled(changes);
  expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(sizes.map((size) => size !== 666));
  expect(await namesOf(store)).toEqual(['p0', 'p1', 'p3', 'p5']);
  await store.change('later', (rows) => rows.put(entryOf('later', 1)));
  expect((await store.search({ text: 'later' })).items).toHaveLength(1);
});

function entryOf(name: string, size: number): RegistryEntry {
  const manifest = createManifest({ name, version: '1.0.0', description: '', author: 'a', plugin_type: 'agent' });
  const integrity = `sha512-${Buffer.alloc(64).toString('base64')}`;
  return { manifest, status: { state: 'active' }, artifact: { integrity, size } };
}
