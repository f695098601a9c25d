import type { OwnerKey, RegistryEntry } from './registry-entry.js';
import type { ChangeNote, NameRows } from './registry-store.js';

/** One name as it stands before a change. */
export interface NameState {
  readonly versions: readonly RegistryEntry[];
  readonly owners: readonly OwnerKey[];
  readonly lookalikes: readonly string[];
}

/** A {@link NameRows} in memory, which remembers what was changed. */
export class NameDraft implements NameRows {
  readonly lookalikes: readonly string[];
  /** Changed versions: the entry as it is to be, or undefined for a removed one. */
  readonly changes: Map<string, RegistryEntry | undefined> = new Map();
  /** What an audit log is to say of the changes. */
  readonly notes: ChangeNote[] = [];
  readonly #versions: Map<string, RegistryEntry>;
  #owners: readonly OwnerKey[];

  constructor(state: NameState) {
    this.lookalikes = state.lookalikes;
    this.#versions = new Map(state.versions.map((entry) => [entry.manifest.version, entry]));
    this.#owners = state.versions.length === 0 ? [] : state.owners;
  }

  get versions(): readonly RegistryEntry[] {
    return [...this.#versions.values()];
  }

  get owners(): readonly OwnerKey[] {
    return this.#owners;
  }

  put(entry: RegistryEntry): void {
    const { version } = entry.manifest;
    this.#versions.set(version, entry);
    this.changes.set(version, entry);
  }

  remove(version: string): void {
    if (this.#versions.delete(version)) this.changes.set(version, undefined);
  }

  setOwners(owners: readonly OwnerKey[]): void {
    this.#owners = owners;
  }

  note(note: ChangeNote): void {
    this.notes.push(note);
  }
}
