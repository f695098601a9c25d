import { nameKey } from '@agentmesh/manifest';
import { dependencyKeys, type NameDraft, type OwnerKey, type RegistryEntry } from '@agentmesh/registry';
import type { Run } from '../engine/query.js';
import { findHeads, type Heads } from './find-heads.js';
import { listingRow } from './listing-row.js';
import type { HeadMarks, StoreQueries, VersionColumns } from './store-queries.js';

/** A version that is kept already. */
export interface KnownVersion {
  readonly id: number;
  readonly place: number;
  readonly entry: RegistryEntry;
}

/** A name as it is kept; without a key when it is not listed. */
export interface KnownName {
  readonly name: string;
  readonly plugin: number | undefined;
  readonly versions: readonly KnownVersion[];
  readonly owners: readonly OwnerKey[];
}

/** What writes. */
export interface Writing {
  readonly queries: StoreQueries;
  readonly run: Run;
}

/** Writes what a work has changed, and nothing else. */
export async function keepDraft({ queries, run }: Writing, known: KnownName, draft: NameDraft): Promise<void> {
  const { name } = known;
  const entries = draft.versions;
  if (entries.length === 0) {
    if (known.plugin !== undefined) await run(queries.removePlugin({ plugin: known.plugin }));
    return;
  }
  const plugin = known.plugin ?? (await addedId(run, queries.addPlugin({ name, key: nameKey(name) })));
  const writer = new NameWriter({ queries, run }, plugin);
  const before = findHeads(known.versions.map(({ entry }) => entry));
  const after = findHeads(entries);
  await writer.removeVersions(known, entries);
  const ids = await writer.writeVersions(known, entries, { draft, before, after });
  await writer.writeHeads(before, after, ids);
  await writer.writeOwners(known.owners, draft.owners);
}

interface Changed {
  readonly draft: NameDraft;
  readonly before: Heads;
  readonly after: Heads;
}

class NameWriter {
  readonly #queries: StoreQueries;
  readonly #run: Run;
  readonly #plugin: number;

  constructor({ queries, run }: Writing, plugin: number) {
    this.#queries = queries;
    this.#run = run;
    this.#plugin = plugin;
  }

  async removeVersions(known: KnownName, entries: readonly RegistryEntry[]): Promise<void> {
    const kept = new Set(entries.map(versionOf));
    for (const { id, entry } of known.versions) {
      if (!kept.has(versionOf(entry))) await this.#run(this.#queries.removeVersion({ id }));
    }
  }

  /** @returns keys of the versions by their spelling */
  async writeVersions(
    known: KnownName,
    entries: readonly RegistryEntry[],
    { draft, before, after }: Changed,
  ): Promise<ReadonlyMap<string, number>> {
    const rows = new Map(known.versions.map((row) => [versionOf(row.entry), row]));
    const ids = new Map<string, number>();
    let last = -1;
    const end = Math.max(-1, ...known.versions.map(({ place }) => place));
    for (const entry of entries) {
      const version = versionOf(entry);
      const row = rows.get(version);
      // Who was removed and put again stands where it was put.
      const place = row !== undefined && row.place > last ? row.place : Math.max(last, end) + 1;
      last = place;
      const marks = marksOf(after, version);
      const isChanged = draft.changes.has(version) || row?.place !== place;
      if (row === undefined || isChanged) {
        ids.set(version, await this.#writeVersion(row, { entry, place, marks }));
        continue;
      }
      ids.set(version, row.id);
      const isMarked = JSON.stringify(marks) === JSON.stringify(marksOf(before, version));
      if (!isMarked) await this.#run(this.#queries.markListing({ id: row.id, ...marks }));
    }
    return ids;
  }

  async writeHeads(before: Heads, after: Heads, ids: ReadonlyMap<string, number>): Promise<void> {
    const plugin = this.#plugin;
    if (before.byOrganization.size > 0) await this.#run(this.#queries.removeHeads({ plugin }));
    for (const [organization, version] of after.byOrganization) {
      const id = ids.get(version);
      if (id !== undefined) await this.#run(this.#queries.addHead({ organization, plugin_id: plugin, version_id: id }));
    }
  }

  async writeOwners(before: readonly OwnerKey[], after: readonly OwnerKey[]): Promise<void> {
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    const plugin = this.#plugin;
    if (before.length > 0) await this.#run(this.#queries.removeOwners({ plugin }));
    for (const [place, { keyId, publicKey }] of after.entries()) {
      await this.#run(this.#queries.addOwner({ plugin_id: plugin, place, key_id: keyId, public_key: publicKey }));
    }
  }

  async #writeVersion(
    row: KnownVersion | undefined,
    { entry, place, marks }: { readonly entry: RegistryEntry; readonly place: number; readonly marks: HeadMarks },
  ): Promise<number> {
    const queries = this.#queries;
    const columns = versionColumns(entry);
    const keys = { plugin_id: this.#plugin, place };
    const id = row?.id ?? (await addedId(this.#run, queries.addVersion({ ...columns, ...keys })));
    if (row !== undefined) {
      await this.#run(queries.setVersion({ ...columns, id, place }));
      await this.#run(queries.removeArtifact({ id }));
      await this.#run(queries.removeListing({ id }));
      await this.#run(queries.removeDependencies({ id }));
    }
    const { artifact, status } = entry;
    if (artifact !== undefined) await this.#run(queries.addArtifact({ id, ...artifact }));
    if (status.state !== 'yanked') {
      await this.#run(queries.addListing({ ...listingRow(entry), ...marks, ...keys, version_id: id }));
      for (const key of dependencyKeys(entry.manifest)) {
        await this.#run(queries.addDependency({ name_key: key, version_id: id }));
      }
    }
    return id;
  }
}

async function addedId(run: Run, query: ReturnType<StoreQueries['addPlugin']>): Promise<number> {
  const [row] = await run(query);
  if (row === undefined) throw new Error('Expected an insert to tell its key');
  return row.id;
}

function versionColumns({
  manifest,
  publishedAt,
  updatedAt,
  status,
  keyId,
}: RegistryEntry): VersionColumns & Record<string, string | null> {
  return {
    published_at: publishedAt ?? null,
    updated_at: updatedAt ?? null,
    state: status.state,
    reason: status.reason ?? null,
    successor: status.successor ?? null,
    key_id: keyId ?? null,
    manifest: JSON.stringify(manifest),
  };
}

function marksOf(heads: Heads, version: string): HeadMarks {
  return { is_latest: Number(heads.latest === version), is_public_latest: Number(heads.latestPublic === version) };
}

function versionOf(entry: RegistryEntry): string {
  return entry.manifest.version;
}
