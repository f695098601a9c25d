import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PluginRegistry } from '@agentmesh/registry';
import { openDatabase } from '@agentmesh/registry-sql';
import { startPostgres } from '@agentmesh/test-support/postgres';
import { copyToPostgres } from './copy-to-postgres.js';
import { COMMON_WORD, entryOf, manifestOf, rarePart } from './plugin-of.js';

/** What was measured of one engine at one size: milliseconds at the median, and registers a second. */
export interface GrowthRow {
  readonly engine: 'SQLite' | 'PostgreSQL';
  readonly plugins: number;
  readonly open: number;
  readonly latest: number;
  readonly rare: number;
  readonly common: number;
  readonly register: number;
}

const ROUNDS = 21;
const TOGETHER = 500;
const REGISTERS = 2_000;
const REGISTERS_AT_ONCE = 100;

/** Fills a database of either kind step by step, and measures it at each size. Both wait for the disk. */
export async function measureGrowth(sizes: readonly number[]): Promise<readonly GrowthRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmesh-growth-'));
  const server = await startPostgres({ isDurable: true });
  try {
    const rows: GrowthRow[] = [];
    for (const plugins of sizes) {
      const path = join(folder, `${plugins}.db`);
      await fill(`sqlite:${path}`, plugins);
      const address = await server.createDatabase();
      await copyToPostgres(path, address);
      rows.push(await measure({ engine: 'SQLite', plugins }, `sqlite:${path}`));
      rows.push(await measure({ engine: 'PostgreSQL', plugins }, address));
    }
    return rows;
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function fill(url: string, count: number): Promise<void> {
  const database = await openDatabase({ url });
  const numbers = Array.from({ length: TOGETHER }, (_, index) => index);
  for (let at = 0; at < count; at += TOGETHER) {
    const entries = numbers.map((number) => entryOf(at + number));
    await Promise.all(entries.map((entry) => database.store.change(entry.manifest.name, (rows) => rows.put(entry))));
  }
  await database.close();
}

async function measure(what: Pick<GrowthRow, 'engine' | 'plugins'>, url: string): Promise<GrowthRow> {
  const open = await median(async () => (await openDatabase({ url })).close());
  const database = await openDatabase({ url });
  const registry = new PluginRegistry({ store: database.store });
  const { plugins } = what;
  const search = (text: string) => database.store.search({ text, limit: 20 });
  const names = Array.from({ length: ROUNDS }, (_, round) => manifestOf((round * 7919) % plugins).name);
  const latest = await median((round) => registry.getEntry(names[round] ?? ''));
  const rare = await median((round) => search(rarePart((round * 7919) % plugins)));
  const common = await median(() => search(COMMON_WORD));
  const register = await registersPerSecond(registry);
  await database.close();
  return { ...what, open, latest, rare, common, register };
}

async function median(work: (round: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const started = performance.now();
    await work(round);
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

async function registersPerSecond(registry: PluginRegistry): Promise<number> {
  const manifests = Array.from({ length: REGISTERS }, (_, index) => manifestOf(index, 'new'));
  const started = performance.now();
  let next = 0;
  const registerSome = async () => {
    for (let manifest = manifests[next++]; manifest !== undefined; manifest = manifests[next++]) {
      await registry.register(manifest);
    }
  };
  await Promise.all(Array.from({ length: REGISTERS_AT_ONCE }, registerSome));
  return (REGISTERS / (performance.now() - started)) * 1_000;
}
