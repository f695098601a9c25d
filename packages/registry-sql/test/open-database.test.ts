import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createManifest } from '@agentmesh/manifest';
import { openDatabase } from '@agentmesh/registry-sql';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { postgresForTests } from './postgres-for-tests.js';
import { temporaryFolder } from './temporary-folder.js';

const server = await postgresForTests();

describe('openDatabase', () => {
  it.each([
    '',
    'sqlite:',
    'sqlite::memory:',
    'sqlite://host/path',
    'mysql://localhost/x',
    'postgres://[',
    '/tmp/x.db',
    'https://x',
  ])('refuses the address "%s"', async (url) => {
    await expect(openDatabase({ url })).rejects.toMatchObject({ code: 'DATABASE_URL_INVALID' });
  });

  it('repeats no password in an error', async () => {
    const urls = ['postgres://u:hunter2@[/x', 'mysql://u:hunter2@h/x', 'postgres://u:hunter2@127.0.0.1:1/x'];
    for (const url of urls) {
      const error = await openDatabase({ url }).catch((caught: unknown) => caught);
      expect(String(error)).not.toContain('hunter2');
      expect(JSON.stringify(error)).not.toContain('hunter2');
    }
  });

  it('says DATABASE_UNAVAILABLE when nobody listens', async () => {
    const url = 'postgres://user@127.0.0.1:1/none';
    await expect(openDatabase({ url })).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  it('says DATABASE_UNAVAILABLE for a database that is not there', async () => {
    const url = `postgres://agentmesh@127.0.0.1:${server.port}/none`;
    await expect(openDatabase({ url })).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  it('says DATABASE_UNAVAILABLE for a file that cannot be made', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'a.db'));
    await writeFile(join(folder, 'file'), '');
    const paths = ['a.db', 'file/deep/a.db'].map((path) => join(folder, path));
    if (process.platform === 'linux') paths.push('/proc/none/a.db');
    for (const path of paths) {
      const opening = openDatabase({ url: `sqlite:${path}` });
      await expect(opening).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    }
  });

  it('says REGISTRY_CORRUPT for a file that is no database, and leaves it as it is', async () => {
    const path = join(await temporaryFolder(), 'a.db');
    const text = 'This is a text about databases. '.repeat(100);
    await writeFile(path, text);
    await expect(openDatabase({ url: `sqlite:${path}` })).rejects.toMatchObject({ code: 'REGISTRY_CORRUPT' });
    expect((await stat(path)).size).toBe(text.length);
  });

  it('makes a file that its owner alone can read', async () => {
    const path = join(await temporaryFolder(), 'deep', 'a.db');
    const database = await openDatabase({ url: `sqlite://${path}` });
    await database.check();
    for (const end of ['', '-wal', '-shm']) expect((await stat(`${path}${end}`)).mode & 0o777).toBe(0o600);
    await database.close();
  });

  it('says DATABASE_NEWER for a file of a later version, and changes nothing', async () => {
    const path = join(await temporaryFolder(), 'a.db');
    await (await openDatabase({ url: `sqlite:${path}` })).close();
    const file = new DatabaseSync(path);
    file.exec('UPDATE schema_version SET version = 999');
    await expect(openDatabase({ url: `sqlite:${path}` })).rejects.toMatchObject({ code: 'DATABASE_NEWER' });
    expect(file.prepare('SELECT version FROM schema_version').get()).toEqual({ version: 999 });
    file.close();
  });

  it('says DATABASE_NEWER for a PostgreSQL of a later version', async () => {
    const url = await server.createDatabase();
    await (await openDatabase({ url })).close();
    await ask(url, 'UPDATE agentmesh.schema_version SET version = 999');
    await expect(openDatabase({ url })).rejects.toMatchObject({ code: 'DATABASE_NEWER' });
  });

  it('keeps out of the way of the tables that a database has already', async () => {
    const url = await server.createDatabase();
    await ask(url, 'CREATE TABLE public.plugins (mine integer); CREATE TABLE public.tokens (mine integer)');
    const database = await openDatabase({ url });
    expect(await database.tokens.count()).toBe(0);
    await database.close();
    expect(await ask(url, 'SELECT mine FROM public.plugins')).toEqual([]);
  });

  it('goes on from a migration that was interrupted', async () => {
    const path = join(await temporaryFolder(), 'a.db');
    const file = new DatabaseSync(path);
    file.exec('CREATE TABLE schema_version (version INTEGER NOT NULL)');
    file.close();
    const database = await openDatabase({ url: `sqlite:${path}` });
    expect((await database.store.search({})).items).toEqual([]);
    await database.close();
  });
});

describe('a database with rows that nobody of us wrote', () => {
  it.each([
    ["UPDATE versions SET manifest = '{'", 'a manifest that is no JSON'],
    ["UPDATE versions SET manifest = '{}'", 'a manifest that is none'],
    ["UPDATE versions SET state = 'great'", 'a state that is none'],
  ])('says REGISTRY_CORRUPT: %s (%s)', async (statement) => {
    const path = join(await temporaryFolder(), 'a.db');
    const database = await openDatabase({ url: `sqlite:${path}` });
    const manifest = createManifest({
      name: 'p',
      version: '1.0.0',
      description: '',
      author: 'a',
      plugin_type: 'agent',
    });
    await database.store.change('p', (rows) => rows.put({ manifest, status: { state: 'active' } }));
    const file = new DatabaseSync(path);
    file.exec(statement);
    file.close();
    await expect(database.store.versions('p')).rejects.toMatchObject({ code: 'REGISTRY_CORRUPT' });
    await expect(database.store.search({})).rejects.toMatchObject({ code: 'REGISTRY_CORRUPT' });
    await database.close();
  });
});

async function ask(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
