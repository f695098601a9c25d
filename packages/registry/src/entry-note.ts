import { isJsonObject, type JsonObject } from './json-object.js';
import type { ArtifactReference, EntryState, EntryStatus, RegistryEntry } from './registry-entry.js';

/** What a registry knows of a version beyond its manifest. */
export type EntryNote = Omit<RegistryEntry, 'manifest'>;

const STATES: readonly unknown[] = ['active', 'deprecated', 'yanked'] satisfies readonly EntryState[];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const INTEGRITY = /^sha512-[A-Za-z0-9+/]{86}==$/;
const ACTIVE: EntryStatus = Object.freeze({ state: 'active' });
const NOTHING: EntryNote = Object.freeze({ status: ACTIVE });

/**
 * Reads an entry's `_registry` object (formats.md, "Registry file"); keys that it does not know are left alone.
 *
 * @param value undefined stands for an entry that another tool wrote
 * @param fault makes the error of a member that is not what it should be
 */
export function readNote(value: unknown, fault: (what: string) => Error): EntryNote {
  if (value === undefined) return NOTHING;
  if (!isJsonObject(value)) throw fault('_registry is no object');
  const { published_at: publishedAt, updated_at: updatedAt, key_id: keyId } = value;
  if (!isOptional(publishedAt, isTime)) throw fault('_registry.published_at is no time in UTC');
  if (!isOptional(updatedAt, isTime)) throw fault('_registry.updated_at is no time in UTC');
  if (!isOptional(keyId, isText)) throw fault('_registry.key_id is no text');
  return Object.freeze({
    status: readStatus(value.status, fault),
    ...(publishedAt === undefined ? {} : { publishedAt }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
    ...(value.artifact === undefined ? {} : { artifact: readArtifact(value.artifact, fault) }),
    ...(keyId === undefined ? {} : { keyId }),
  });
}

function readArtifact(value: unknown, fault: (what: string) => Error): ArtifactReference {
  const { integrity, size }: JsonObject = isJsonObject(value) ? value : {};
  if (typeof integrity !== 'string' || !INTEGRITY.test(integrity)) {
    throw fault('_registry.artifact.integrity is no sha512 integrity');
  }
  if (!isSize(size)) throw fault('_registry.artifact.size is no number of bytes');
  return Object.freeze({ integrity, size });
}

function readStatus(value: unknown, fault: (what: string) => Error): EntryStatus {
  if (value === undefined) return ACTIVE;
  const { state, reason, successor }: JsonObject = isJsonObject(value) ? value : {};
  if (!isState(state)) throw fault('_registry.status.state is none of active, deprecated, yanked');
  if (!isOptional(reason, isText)) throw fault('_registry.status.reason is no text');
  if (!isOptional(successor, isText)) throw fault('_registry.status.successor is no text');
  return Object.freeze({
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(successor === undefined ? {} : { successor }),
  });
}

function isOptional<T>(value: unknown, is: (value: unknown) => value is T): value is T | undefined {
  return value === undefined || is(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && TIME.test(value);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isState(value: unknown): value is EntryState {
  return STATES.includes(value);
}
