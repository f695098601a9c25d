import { join } from 'node:path';
import { createManifest } from '@agentmesh/manifest';
import { createMemoryStore, type RegistryEntry, type RegistryStore, type SearchQuery } from '@agentmesh/registry';
import { openDatabase } from '@agentmesh/registry-sql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqlite } from '../src/engine/sqlite-engine.js';
import type { SearchKey } from '../src/store/search-key.js';
import { searchStatement } from '../src/store/search-statement.js';
import { postgresForTests } from './postgres-for-tests.js';
import { Seeded } from './seeded.js';
import { temporaryFolder } from './temporary-folder.js';

const SEEDS = [1, 2, 3];
const PLUGINS = 60;
const SEARCHES = 120;
const PAGE = 15;

/** Letters whose case, form or meaning trips databases up. */
const LETTERS = [
  ...'aAbBkKsS',
  ...'ßẞİıIiΣσςÉéÅåǅǆ',
  'e\u{301}',
  'K',
  'ﬁ',
  '日',
  '本',
  '😀',
  '𐐀',
  '𐐨',
  '\u{10ffff}',
  '\u{ffff}',
  '\u{fffe}',
  '\u{fffd}',
  ...'%_*"\'\\^$-:(){}+|&~ \t\n',
  ' OR ',
  ' NOT ',
  'NEAR(',
];
/** What only who searches can give: no manifest has it. */
const BROKEN = ['\u{d83d}', '\u{de00}', '\u{0}'];
const ORGANIZATIONS = [null, null, 'acme', 'Acme', 'other'];
const TYPES = ['agent', 'validator'] as const;
const TIMES = ['2024-01-01T00:00:00.000Z', '2024-01-01T00:00:00Z', '2024-02-02T00:00:00.5Z', '2025-01-01T00:00:00Z'];

const server = await postgresForTests();

describe('a search in a database finds what one in memory finds', () => {
  it.each(SEEDS)(
    'in the same order, with texts of any kind (seed %i)',
    async (seed) => {
      const random = new Seeded(seed);
      const memory = createMemoryStore();
      const stores = {
        sqlite: await openStore(await sqliteUrl()),
        postgres: await openStore(await server.createDatabase()),
      };
      for (const { name, work } of Array.from({ length: PLUGINS * 2 }, () => changeOf(random))) {
        for (const store of [memory, ...Object.values(stores)]) await store.change(name, work);
      }
      let hits = 0;
      for (let count = 0; count < SEARCHES; count += 1) {
        const query = queryOf(random);
        const expected = await search(memory, query);
        hits += Number(expected.length > 0);
        for (const [engine, store] of Object.entries(stores)) {
          expect({ engine, query, found: await search(store, query) }).toEqual({ engine, query, found: expected });
        }
      }
      expect(hits).toBeGreaterThan(SEARCHES / 4);
    },
    60_000,
  );
});

describe('a search for a text that many have', () => {
  it.each(SEEDS)('finds the same without the index, page by page (seed %i)', async (seed) => {
    const random = new Seeded(seed);
    const url = await sqliteUrl();
    const store = await openStore(url);
    for (const { name, work } of Array.from({ length: PLUGINS * 4 }, () => changeOf(random)))
      await store.change(name, work);
    const engine = await openSqlite(url.slice('sqlite:'.length));
    onTestFinished(() => engine.close());
    let [hits, pages] = [0, 0];
    for (let count = 0; count < SEARCHES; count += 1) {
      // Half of them nothing but a text, as most people search.
      const query = random.below(2) === 0 ? { text: queryOf(random).text ?? '' } : queryOf(random);
      const read = async (isIndexed: boolean): Promise<SearchKey[]> => {
        const found: SearchKey[] = [];
        for (let after: SearchKey | undefined; ; after = found.at(-1)) {
          const rows = await engine.read(searchStatement(engine, query, { after, most: 4, isIndexed }));
          found.push(...rows.map(({ rank, newest, plugin_id, place }) => ({ rank, newest, plugin_id, place })));
          pages += 1;
          if (rows.length < 4) return found;
        }
      };
      const expected = await read(true);
      hits += Number(expected.length > 0);
      expect({ query, found: await read(false) }).toEqual({ query, found: expected });
    }
    expect(hits).toBeGreaterThan(SEARCHES / 4);
    expect(pages).toBeGreaterThan(SEARCHES * 3);
  });
});

async function sqliteUrl(): Promise<string> {
  return `sqlite:${join(await temporaryFolder(), 'agentmesh.db')}`;
}

async function openStore(url: string): Promise<RegistryStore> {
  const database = await openDatabase({ url, pool: { max: 2 } });
  onTestFinished(() => database.close());
  return database.store;
}

/** Puts a version or two, changes a status, or takes a version away. */
function changeOf(random: Seeded): { name: string; work: Parameters<RegistryStore['change']>[1] } {
  const name = nameOf(random);
  const entries = Array.from({ length: random.below(2) + 1 }, () => entryOf(random, name));
  const gone = random.below(5) === 0 ? `${random.below(3)}.0.0` : undefined;
  return {
    name,
    work: (rows) => {
      if (gone !== undefined) rows.remove(gone);
      for (const entry of entries) rows.put(entry);
    },
  };
}

function entryOf(random: Seeded, name: string): RegistryEntry {
  const manifest = createManifest({
    name,
    version: `${random.below(3)}.0.0`,
    description: textOf(random, 12),
    author: 'a@example.com',
    plugin_type: random.pick(TYPES),
    organization: random.pick(ORGANIZATIONS),
    keywords: Array.from({ length: random.below(3) }, () => `k${textOf(random, 4)}`),
    capabilities: Array.from({ length: random.below(3) }, () => `c${textOf(random, 4)}`),
  });
  const publishedAt = random.below(4) === 0 ? undefined : random.pick(TIMES);
  return {
    manifest,
    status: { state: random.pick(['active', 'active', 'active', 'deprecated', 'yanked'] as const) },
    ...(publishedAt === undefined ? {} : { publishedAt }),
  };
}

/** Few enough names that many come again. */
function nameOf(random: Seeded): string {
  return `${random.pick(['a', 'ab', 'Ab', 'kß', 'İ', 'Σς'])}${random.pick(['', 'b', '-a', '_A', 's', '𐐀'])}`;
}

function textOf(random: Seeded, most: number, letters: readonly string[] = LETTERS): string {
  return Array.from({ length: random.below(most) }, () => random.pick(letters)).join('');
}

function queryOf(random: Seeded): SearchQuery {
  const fields = (['keywords', 'capabilities'] as const).filter(() => random.below(3) === 0);
  const organization = random.pick([undefined, undefined, 'acme', 'Acme', 'nobody']);
  return {
    text: random.below(3) === 0 ? nameOf(random) : textOf(random, 4, [...LETTERS, ...BROKEN]),
    ...(fields.length === 0 ? {} : { in: fields }),
    ...(random.below(4) === 0 ? { type: random.pick(TYPES) } : {}),
    ...(random.below(4) === 0 ? { latestOnly: false } : {}),
    ...(random.below(4) === 0 ? { updatedSince: random.pick(TIMES) } : {}),
    ...(organization === undefined ? {} : { organization }),
  };
}

async function search(store: RegistryStore, query: SearchQuery): Promise<readonly string[]> {
  const found: RegistryEntry[] = [];
  let page = await store.search({ ...query, limit: PAGE });
  found.push(...page.items);
  while (page.cursor !== undefined) {
    page = await store.search({ ...query, limit: PAGE, cursor: page.cursor });
    found.push(...page.items);
  }
  return found.map(({ manifest, status }) => `${manifest.name} ${manifest.version} ${status.state}`);
}
