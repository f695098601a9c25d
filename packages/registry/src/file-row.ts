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
  readonly #note: EntryNote;
  readonly #object: JsonObject;
  #entry: RegistryEntry | undefined;

  private constructor(object: JsonObject, note: EntryNote, entry: RegistryEntry | undefined) {
    this.name = String(object.name);
    this.version = String(object.version);
    this.description = String(object.description);
    this.type = String(object.plugin_type);
    this.organization = typeof object.organization === 'string' ? object.organization : null;
    this.#object = object;
    this.#note = note;
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
    const { manifest: _, ...note } = entry;
    return new FileRow(object, note, entry);
  }

  get state(): EntryState {
    return this.#note.status.state;
  }

  get publishedAt(): string {
    return this.#note.publishedAt ?? '';
  }

  get entry(): RegistryEntry {
    return this.#entry ?? this.#makeEntry();
  }

  /** The element of the list as it was read, unknown keys included. */
  get object(): JsonObject {
    return this.#object;
  }

  #makeEntry(): RegistryEntry {
    const { _registry: _, ...fields } = this.#object;
    const { manifest } = manifestFromObject(fields);
    this.#entry = Object.freeze({ manifest, ...this.#note });
    return this.#entry;
  }
}
