import { NameDraft } from './name-draft.js';
import { NameTable } from './name-table.js';
import type { OwnerKey, RegistryEntry } from './registry-entry.js';
import type { NameRows, Page, RegistryStore, SearchQuery } from './registry-store.js';
import { type Row, rowOf } from './row.js';
import { searchRows } from './search-rows.js';

/** A store that forgets everything with its process. */
export function createMemoryStore(): RegistryStore {
  return new MemoryStore();
}

class MemoryStore implements RegistryStore {
  readonly #table: NameTable<Row> = new NameTable();
  readonly #owners: Map<string, readonly OwnerKey[]> = new Map();

  async change<T>(name: string, work: (rows: NameRows) => T): Promise<T> {
    const draft = new NameDraft({
      versions: this.#table.get(name).map((row) => row.entry),
      owners: this.#owners.get(name) ?? [],
      lookalikes: this.#table.lookalikes(name),
    });
    const answer = work(draft);
    this.#table.set(name, draft.versions.map(rowOf));
    this.#owners.set(name, draft.owners);
    return answer;
  }

  async versions(name: string): Promise<readonly RegistryEntry[]> {
    return this.#table.get(name).map((row) => row.entry);
  }

  async owners(name: string): Promise<readonly OwnerKey[]> {
    return this.#table.get(name).length === 0 ? [] : (this.#owners.get(name) ?? []);
  }

  async search(query: SearchQuery): Promise<Page<RegistryEntry>> {
    return searchRows(this.#table.groups(), query);
  }

  async *names(): AsyncGenerator<string> {
    yield* this.#table.names();
  }
}
