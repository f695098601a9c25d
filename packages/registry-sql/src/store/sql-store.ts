import { nameKey } from '@agentmesh/manifest';
import {
  foldText,
  type NameRows,
  type OwnerKey,
  type Page,
  type RegistryEntry,
  type RegistryStore,
  type SearchQuery,
} from '@agentmesh/registry';
import type { Engine } from '../engine/engine.js';
import { changeName } from './change-name.js';
import { EntryReader } from './entry-row.js';
import { parseSearchCursor, searchCursor } from './search-key.js';
import { searchColumns } from './search-rank.js';
import { searchStatement } from './search-statement.js';
import { createStoreQueries, type StoreQueries } from './store-queries.js';

/** Entries and names that are read at once, at most. */
const MOST = 1_000;

/** The {@link RegistryStore} in a database. */
export function createSqlStore(engine: Engine): RegistryStore {
  return new SqlStore(engine);
}

class SqlStore implements RegistryStore {
  readonly #engine: Engine;
  readonly #queries: StoreQueries;
  readonly #reader: EntryReader = new EntryReader();
  readonly revision?: () => Promise<string>;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#queries = createStoreQueries(engine.build);
    const revision = engine.revision?.bind(engine);
    if (revision !== undefined) this.revision = revision;
  }

  change<T>(name: string, work: (rows: NameRows) => T): Promise<T> {
    const context = { queries: this.#queries, reader: this.#reader };
    // Look-alikes have one lock: of two that come at once the second sees the first.
    return this.#engine.write(`name:${nameKey(name)}`, (run) => changeName(context, run, { name, work }));
  }

  async versions(name: string): Promise<readonly RegistryEntry[]> {
    const rows = await this.#engine.read(this.#queries.versions({ name }));
    return rows.map((row) => this.#reader.read(row));
  }

  async owners(name: string): Promise<readonly OwnerKey[]> {
    const rows = await this.#engine.read(this.#queries.owners({ name }));
    return rows.map((row) => ({ keyId: row.key_id, publicKey: row.public_key }));
  }

  async search(query: SearchQuery): Promise<Page<RegistryEntry>> {
    const limit = Math.min(MOST, Math.max(1, query.limit ?? MOST));
    const after = query.cursor === undefined ? undefined : parseSearchCursor(query.cursor);
    // One more than asked for tells whether there is another page.
    const page = { after, most: limit + 1, isIndexed: !(await this.#isCommon(query)) };
    const rows = await this.#engine.read(searchStatement(this.#engine, query, page));
    const kept = rows.slice(0, limit);
    const items = kept.map((row) => this.#reader.read(row));
    const last = kept.at(-1);
    return last === undefined || rows.length === kept.length ? { items } : { items, cursor: searchCursor(last) };
  }

  async *names(): AsyncIterable<string> {
    let after = 0;
    for (;;) {
      const rows = await this.#engine.read(this.#queries.names({ after, most: MOST }));
      for (const row of rows) yield row.name;
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.id;
    }
  }

  async #isCommon(query: SearchQuery): Promise<boolean> {
    const text = foldText(query.text ?? '');
    const question = text === '' ? undefined : this.#engine.search.countMany?.(searchColumns(query), text);
    const [answer] = question === undefined ? [] : await this.#engine.read(question);
    return answer?.is_many === 1;
  }
}
