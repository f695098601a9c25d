import { setTimeout as sleep } from 'node:timers/promises';
import { isMarketplaceError } from '@agentmesh/errors';
import { createManifest } from '@agentmesh/manifest';
import { openDatabase, type SqlDatabase } from '@agentmesh/registry-sql';
import { expect, it, onTestFinished } from 'vitest';
import { postgresForTests } from './postgres-for-tests.js';

const WRITERS = 8;
/** How long somebody may wait for the answer that nobody answers, in milliseconds. */
const QUICK = 5_000;

const server = await postgresForTests();

it('says DATABASE_UNAVAILABLE at once while PostgreSQL is away, loses nothing, and heals by itself', async () => {
  const url = await server.createDatabase();
  const databases = await Promise.all([1, 2].map(() => openDatabase({ url, pool: { max: 4 } })));
  onTestFinished(async () => void (await Promise.all(databases.map((database) => database.close()))));
  const load = new Load(databases);
  const running = load.run();
  await load.untilWritten(50);
  await server.stop();
  const started = performance.now();
  for (const database of databases) {
    await expect(database.check()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await expect(database.store.versions('w0-0')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  }
  expect(performance.now() - started).toBeLessThan(QUICK);
  await server.start();
  const before = load.written.length;
  await load.untilWritten(before + 50);
  load.stop();
  await running;
  expect(load.errors.length).toBeGreaterThan(0);
  expect(load.errors.filter((error) => !isUnavailable(error))).toEqual([]);
  for (const database of databases) await database.check();
  const listed = new Set<string>();
  for await (const name of databases[0]?.store.names?.() ?? []) listed.add(name);
  expect(load.written.filter((name) => !listed.has(name))).toEqual([]);
}, 180_000);

/** Writers that go on whatever happens. */
class Load {
  readonly written: string[] = [];
  readonly errors: unknown[] = [];
  readonly #databases: readonly SqlDatabase[];
  #isRunning = true;

  constructor(databases: readonly SqlDatabase[]) {
    this.#databases = databases;
  }

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => this.#write(writer)));
  }

  stop(): void {
    this.#isRunning = false;
  }

  async untilWritten(count: number): Promise<void> {
    while (this.written.length < count) await sleep(5);
  }

  async #write(writer: number): Promise<void> {
    const store = this.#databases[writer % this.#databases.length]?.store;
    for (let index = 0; this.#isRunning; index += 1) {
      const name = `w${writer}-${index}`;
      const manifest = createManifest({
        name,
        version: '1.0.0',
        description: '',
        author: 'a',
        plugin_type: 'agent',
      });
      try {
        await store?.change(name, (rows) => rows.put({ manifest, status: { state: 'active' } }));
        this.written.push(name);
      } catch (error) {
        this.errors.push(error);
        await sleep(20);
      }
    }
  }
}

function isUnavailable(error: unknown): boolean {
  return isMarketplaceError(error) && error.code === 'DATABASE_UNAVAILABLE';
}
