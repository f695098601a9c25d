import { randomBytes } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { arrayBuffer, text } from 'node:stream/consumers';
import { integrityOf } from '@agentmesh/artifact';
import { openFolderBlobs } from '@agentmesh/registry';
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
    const reopen = async () => {
      const database = await openDatabase({ url, pool: { max: 4 } });
      databases.push(database);
      return database.blobs(openFolderBlobs(join(folder, 'artifacts')));
    };
    const close = async () => void (await Promise.all(databases.map((database) => database.close())));
    return { blobs: await reopen(), reopen, close, folder };
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
