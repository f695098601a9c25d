import { MarketplaceError, printable } from '@agentmesh/errors';
import { manifestFromObject, type PluginManifest } from '@agentmesh/manifest';
import type { EntryState, RegistryEntry } from '@agentmesh/registry';

/** A version as it is read: its row, with that of its artifact. */
export interface EntryRow {
  readonly published_at: string | null;
  readonly updated_at: string | null;
  readonly state: string;
  readonly reason: string | null;
  readonly successor: string | null;
  readonly key_id: string | null;
  readonly manifest: string;
  readonly integrity: string | null;
  readonly size: number | null;
}

/** Its columns, for a select. */
export const ENTRY_COLUMNS = [
  'versions.published_at',
  'versions.updated_at',
  'versions.state',
  'versions.reason',
  'versions.successor',
  'versions.key_id',
  'versions.manifest',
  'artifacts.integrity',
  'artifacts.size',
] as const;

const STATES: readonly string[] = ['active', 'deprecated', 'yanked'] satisfies readonly EntryState[];

/** Manifests kept parsed, by their text: to check one takes longer than to read it. */
const MOST_MANIFESTS = 2_000;

/** Reads entries from rows. */
export class EntryReader {
  readonly #manifests: Map<string, PluginManifest> = new Map();

  /** @throws MarketplaceError `REGISTRY_CORRUPT` */
  read(row: EntryRow): RegistryEntry {
    const { published_at: publishedAt, updated_at: updatedAt, key_id: keyId, integrity, size } = row;
    return Object.freeze({
      manifest: this.#manifest(row.manifest),
      ...(publishedAt === null ? {} : { publishedAt }),
      ...(updatedAt === null ? {} : { updatedAt }),
      ...(integrity === null || size === null ? {} : { artifact: Object.freeze({ integrity, size }) }),
      status: Object.freeze({
        state: stateOf(row.state),
        ...(row.reason === null ? {} : { reason: row.reason }),
        ...(row.successor === null ? {} : { successor: row.successor }),
      }),
      ...(keyId === null ? {} : { keyId }),
    });
  }

  #manifest(text: string): PluginManifest {
    const known = this.#manifests.get(text);
    if (known !== undefined) return known;
    const manifest = readManifest(text);
    if (this.#manifests.size >= MOST_MANIFESTS) this.#manifests.clear();
    this.#manifests.set(text, manifest);
    return manifest;
  }
}

function readManifest(text: string): PluginManifest {
  try {
    return manifestFromObject(JSON.parse(text)).manifest;
  } catch (cause) {
    throw corrupt(`a manifest that cannot be read: ${printable(text, 80)}`, cause);
  }
}

function stateOf(text: string): EntryState {
  if (isState(text)) return text;
  throw corrupt(`a version of state ${printable(text, 40)}`);
}

function isState(text: string): text is EntryState {
  return STATES.includes(text);
}

function corrupt(what: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError(`The database has ${what}`, {
    code: 'REGISTRY_CORRUPT',
    hint: 'Nothing was changed. Restore a copy of the database.',
    cause,
  });
}
