import { manifestFromObject } from '@agentmesh/manifest';
import { readNote } from './entry-note.js';
import type { JsonObject } from './json-object.js';
import type { RegistryEntry } from './registry-entry.js';
import { type Row, rowOf } from './row.js';

/** A version as it stands in a registry file. */
export interface FileRow extends Row {
  /** The element of the list as it was read, unknown keys included. */
  readonly object: JsonObject;
}

/**
 * Checks one element of the list.
 *
 * @param fault makes the error of what is wrong in it
 * @throws MarketplaceError `MANIFEST_INVALID`, or what `fault` makes
 */
export function readFileRow(object: JsonObject, fault: (what: string) => Error): FileRow {
  const { _registry, ...fields } = object;
  const { manifest } = manifestFromObject(fields);
  return fileRowOf(Object.freeze({ manifest, ...readNote(_registry, fault) }), object);
}

/** The row of an entry that was written as `object`. */
export function fileRowOf(entry: RegistryEntry, object: JsonObject): FileRow {
  return { ...rowOf(entry), object };
}
