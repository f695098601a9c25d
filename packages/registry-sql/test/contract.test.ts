import { randomBytes } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { arrayBuffer, text } from 'node:stream/consumers';
import { integrityOf } from '@agentmesh/artifact';
import { createManifest } from '@agentmesh/manifest';
import { createMemoryStore, openFolderBlobs } from '@agentmesh/registry';
import { openDatabase, type SqlDatabase } from '@agentmesh/registry-sql';
import { startPostgres } from '@agentmesh/test-support';
import { checkBlobs, checkStore } from '@agentmesh/testkit';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary-folder.js';

const server = await startPostgres();
afterAll(() => server.close());
const address = await server.createDatabase();

describe('the store in SQLite', () => {
  const checks = checkStore({
    persistent: true,
    open: async () => {
      const url = `sqlite:${join(await temporaryFolder(), 'agentmesh.db')}`;
      return openedStore(url);
    },
  });
  for (const check of checks) it(check.name, check.run);
});

describe('the store in PostgreSQL', () => {
  const checks = checkStore({
    persistent: true,
    open: async () => {
      await dropTables(address);
      return openedStore(address);
    },
  });
  for (const check of checks) it(check.name, check.run);
});

describe.each(['SQLite', 'PostgreSQL'])('blobs in %s', (name) => {
  const open = async () => {
    const folder = await temporaryFolder();
    if (name === 'PostgreSQL') await dropTables(address);
    const url = name === 'PostgreSQL' ? address : `sqlite:${join(folder, 'agentmesh.db')}`;
    const databases: SqlDatabase[] = [];
    const over = ({ blobs }: SqlDatabase) => blobs(openFolderBlobs(join(folder, 'artifacts')));
    const openAnother = async () => {
      const database = await openDatabase({ url, pool: { max: 4 } });
      databases.push(database);
      return database;
    };
    const close = async () => void (await Promise.all(databases.map((database) => database.close())));
    const database = await openAnother();
    const reopen = async () => over(await openAnother());
    return { blobs: over(database), store: database.store, reopen, close, folder };
  };
  for (const check of checkBlobs({ persistent: true, open })) it(check.name, check.run);

  it('put large archives into the other store, and small ones nowhere else', async () => {
    const { blobs, folder, close } = await open();
    const [small, large] = [randomBytes(65_536), randomBytes(65_537)];
    for (const bytes of [small, large]) await blobs.put(bytes, integrityOf(bytes));
    expect(await readdir(join(folder, 'artifacts'))).toHaveLength(1);
    await writeFile(join(folder, 'small'), small);
    await blobs.remove?.(integrityOf(small));
    await blobs.putFile?.(join(folder, 'small'), integrityOf(small));
    for (const bytes of [small, large]) {
      const integrity = integrityOf(bytes);
      expect(Buffer.from(await arrayBuffer(await blobs.open(integrity)))).toEqual(bytes);
      const part = (await blobs.openRange?.(integrity, { start: 1, end: 65_535 })) ?? Readable.from([]);
      expect(Buffer.from(await arrayBuffer(part))).toEqual(bytes.subarray(1, 65_536));
      await blobs.remove?.(integrity);
      await expect(blobs.open(integrity)).rejects.toMatchObject({ code: 'BLOB_NOT_FOUND' });
    }
    expect(await readdir(join(folder, 'artifacts'))).toEqual([]);
    await close();
  });

  it('keep a small archive in the step in which it is listed, or not at all', async () => {
    const { blobs, store, close } = await open();
    expect(blobs.beside?.(store, 65_537)).toBeUndefined();
    expect(blobs.beside?.(createMemoryStore(), 1)).toBeUndefined();
    const keep = blobs.beside?.(store, 65_536);
    const fields = { version: '1.0.0', description: 'x', author: 'a', plugin_type: 'agent' } as const;
    const manifest = createManifest({ name: 'weather', ...fields });
    const bytes = Buffer.from('small');
    const list = (listed: Uint8Array, end: () => void) =>
      store.change('weather', (rows) => {
        rows.put({ manifest, status: { state: 'active' } });
        keep?.(rows, listed, integrityOf(bytes));
        end();
      });
    const refuse = () => {
      throw new Error('refused');
    };
    await expect(list(bytes, refuse)).rejects.toThrow('refused');
    await expect(list(Buffer.from('other'), () => undefined)).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
    expect(await store.versions('weather')).toEqual([]);
    await expect(blobs.open(integrityOf(bytes))).rejects.toMatchObject({ code: 'BLOB_NOT_FOUND' });
    for (let time = 0; time < 2; time += 1) await list(bytes, () => undefined);
    expect(await store.versions('weather')).toHaveLength(1);
    expect(await text(await blobs.open(integrityOf(bytes)))).toBe('small');
    await close();
  });

  it('find a small archive that the other store has from before', async () => {
    const { blobs, folder, close } = await open();
    const bytes = Buffer.from('from before');
    await openFolderBlobs(join(folder, 'artifacts')).put(bytes, integrityOf(bytes));
    expect(await text(await blobs.open(integrityOf(bytes)))).toBe('from before');
    await blobs.remove?.(integrityOf(bytes));
    await expect(blobs.open(integrityOf(bytes))).rejects.toMatchObject({ code: 'BLOB_NOT_FOUND' });
    await close();
  });
});

async function openedStore(url: string) {
  const databases: SqlDatabase[] = [];
  const open = async () => {
    const database = await openDatabase({ url, pool: { max: 4 } });
    databases.push(database);
    return database.store;
  };
  return {
    store: await open(),
    reopen: open,
    close: async () => void (await Promise.all(databases.map((database) => database.close()))),
  };
}

async function dropTables(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('DROP SCHEMA IF EXISTS agentmesh CASCADE');
  await client.end();
}
