import { manifestFromObject } from '@agentmesh/manifest';
import { type EntryNote, readNote } from './entry-note.js';
import { isPlainManifest } from './is-plain-manifest.js';
import type { JsonObject } from './json-object.js';
import type { EntryState, RegistryEntry } from './registry-entry.js';
import type { Row } from './row.js';

/** A version as it stands in a registry file. Its manifest is made when it is first asked for. */
export class FileRow implements Row {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly type: string;
  readonly organization: string | null;
  readonly state: EntryState;
  readonly publishedAt: string;
  readonly #object: JsonObject;
  #entry: RegistryEntry | undefined;

  private constructor(object: JsonObject, note: EntryNote, entry: RegistryEntry | undefined) {
    this.name = String(object.name);
    this.version = String(object.version);
    this.description = String(object.description);
    this.type = String(object.plugin_type);
    this.organization = typeof object.organization === 'string' ? object.organization : null;
    this.state = note.status.state;
    this.publishedAt = note.publishedAt ?? '';
    this.#object = object;
    this.#entry = entry;
  }

  /**
   * Checks one element of the list.
   *
   * @param fault makes the error of what is wrong in it
   * @throws MarketplaceError `MANIFEST_INVALID`, or what `fault` makes
   */
  static read(object: JsonObject, fault: (what: string) => Error): FileRow {
    const row = new FileRow(object, readNote(object._registry, fault), undefined);
    if (!isPlainManifest(object)) row.#makeEntry();
    return row;
  }

  /** The row of an entry that was written as `object`. */
  static of(entry: RegistryEntry, object: JsonObject): FileRow {
    return new FileRow(object, entry, entry);
  }

  get entry(): RegistryEntry {
    return this.#entry ?? this.#makeEntry();
  }

  /** The element of the list as it was read, unknown keys included. */
  get object(): JsonObject {
    return this.#object;
  }

  #makeEntry(): RegistryEntry {
    const { _registry, ...fields } = this.#object;
    const { manifest } = manifestFromObject(fields);
    // Read anew, without a fault: it was checked when the file was opened, and keeping it for every row costs more.
    this.#entry = Object.freeze({ manifest, ...readNote(_registry, (what) => new TypeError(what)) });
    return this.#entry;
  }
}
