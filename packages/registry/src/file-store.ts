import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { withFileLock, writeFileAtomic } from '@agentmesh/files';
import { changeRegistryFile } from './change-registry-file.js';
import { NameDraft } from './name-draft.js';
import { formatOwners, type OwnersTable, readOwners } from './owners-file.js';
import type { OwnerKey, RegistryEntry } from './registry-entry.js';
import { type RegistryFile, readRegistryFile } from './registry-file.js';
import { type RegistryPlaces, registryPlaces } from './registry-places.js';
import type { NameRows, Page, RegistryStore, SearchQuery } from './registry-store.js';
import { searchRows } from './search-rows.js';
import { sweepTemporaries } from './sweep-temporaries.js';
import { WatchedFile } from './watched-file.js';

const EMPTY: Buffer = Buffer.from('[]\n');

/** A {@link RegistryStore} in files. */
export interface FileStore extends RegistryStore {
  /** The file itself, absolute, links resolved; `registryPlaces` tells what lies beside it. */
  readonly path: string;
}

/**
 * A store in a JSON file that AGT can load and that loads AGT's, with `owners.json` beside it (formats.md, "Registry file").
 * Several processes may use it at once: changes hold an inter-process lock and replace the files in one step, reads take no
 * lock. A file that does not exist is made.
 *
 * @param path the file, `.agentmesh/registry.json` by custom; a link is followed once, now
 * @throws MarketplaceError `REGISTRY_CORRUPT`, here and later, when the file cannot be read; `LOCK_TIMEOUT`
 */
export async function openFileStore(path: string): Promise<FileStore> {
  const target = await realpath(path).catch(() => resolve(path));
  const store = new JsonFileStore(registryPlaces(target));
  await store.open();
  return store;
}

class JsonFileStore implements FileStore {
  readonly #places: RegistryPlaces;
  readonly #file: WatchedFile<RegistryFile>;
  readonly #owners: WatchedFile<OwnersTable>;
  #turn: Promise<unknown> = Promise.resolve();
  #isSwept = false;

  constructor(places: RegistryPlaces) {
    this.#places = places;
    this.#file = new WatchedFile(places.file, (bytes, before) => readRegistryFile(bytes ?? EMPTY, places.file, before));
    this.#owners = new WatchedFile(places.owners, (bytes) =>
      bytes === undefined ? new Map() : readOwners(bytes.toString(), places.owners),
    );
  }

  get path(): string {
    return this.#places.file;
  }

  async open(): Promise<void> {
    const file = await this.#file.get();
    if (file.bytes === EMPTY) await this.#locked(() => this.#make());
    await this.#owners.get();
  }

  change<T>(name: string, work: (rows: NameRows) => T): Promise<T> {
    return this.#locked(() => this.#change(name, work));
  }

  async versions(name: string): Promise<readonly RegistryEntry[]> {
    const file = await this.#file.get();
    return file.table.get(name).map((row) => row.entry);
  }

  async owners(name: string): Promise<readonly OwnerKey[]> {
    const [file, owners] = await Promise.all([this.#file.get(), this.#owners.get()]);
    return file.table.get(name).length === 0 ? [] : (owners.get(name) ?? []);
  }

  async search(query: SearchQuery): Promise<Page<RegistryEntry>> {
    const file = await this.#file.get();
    return searchRows(file.table.groups(), query);
  }

  async *names(): AsyncGenerator<string> {
    yield* (await this.#file.get()).table.names();
  }

  /** Calls of this process wait in line, which is fairer and faster than to wait for the lock file one by one. */
  #locked<T>(work: () => Promise<T>): Promise<T> {
    const answer = this.#turn.then(() => withFileLock(this.#places.lock, {}, work));
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  async #make(): Promise<void> {
    const file = await this.#file.reread();
    if (file.bytes === EMPTY) await writeFileAtomic(this.#places.file, EMPTY);
  }

  async #change<T>(name: string, work: (rows: NameRows) => T): Promise<T> {
    await this.#sweep();
    const file = await this.#file.reread();
    const owners = await this.#owners.reread();
    const draft = new NameDraft({
      versions: file.table.get(name).map((row) => row.entry),
      owners: owners.get(name) ?? [],
      lookalikes: file.table.lookalikes(name),
    });
    const answer = work(draft);
    const next = draft.changes.size === 0 ? undefined : changeRegistryFile(file, name, draft.changes);
    // Owners first: while a name has no version its owners do not count, so whoever is killed in between leaves nothing behind.
    const isGone = draft.versions.length === 0;
    if (!isGone) await this.#writeOwners(owners, name, draft.owners);
    if (next !== undefined) await this.#writeFile(next);
    if (isGone) await this.#writeOwners(owners, name, []);
    return answer;
  }

  async #writeFile(next: RegistryFile): Promise<void> {
    await writeFileAtomic(this.#places.file, next.bytes, this.#file.mode);
    await this.#file.written(next.bytes, next);
  }

  async #writeOwners(before: OwnersTable, name: string, owners: readonly OwnerKey[]): Promise<void> {
    const idsOf = (keys: readonly OwnerKey[] = []) => keys.map((key) => key.keyId).join(' ');
    if (idsOf(before.get(name)) === idsOf(owners)) return;
    const next = new Map(before);
    if (owners.length === 0) next.delete(name);
    else next.set(name, owners);
    const bytes = Buffer.from(formatOwners(next));
    await writeFileAtomic(this.#places.owners, bytes, this.#owners.mode);
    await this.#owners.written(bytes, next);
  }

  /** What a killed process left half-written; nobody writes while the lock is held. */
  async #sweep(): Promise<void> {
    if (this.#isSwept) return;
    await sweepTemporaries(this.#places.file);
    await sweepTemporaries(this.#places.owners);
    this.#isSwept = true;
  }
}
