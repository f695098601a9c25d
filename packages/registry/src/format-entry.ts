import { escapeNonAscii } from '@agentmesh/manifest';
import { isJsonObject, type JsonObject } from './json-object.js';
import type { RegistryEntry } from './registry-entry.js';

/** The object that stands for an entry in the registry file: its manifest, and `_registry` when there is something to say. */
export function entryObject(entry: RegistryEntry): JsonObject {
  return withNote({ ...entry.manifest }, entry);
}

/** The same entry with another status and the like: what else stood in the file, also keys that we do not know, is kept. */
export function withNote(object: JsonObject, entry: RegistryEntry): JsonObject {
  const { _registry: before, ...rest } = object;
  const note = { ...(isJsonObject(before) ? before : {}), ...noteObject(entry) };
  const kept = Object.entries(note).filter(([, value]) => value !== undefined);
  return kept.length === 0 ? rest : { ...rest, _registry: Object.fromEntries(kept) };
}

/** The JSON of an entry as it stands in the list: indented by two, ASCII alone, as AGT writes it. */
export function formatEntry(object: JsonObject): string {
  return escapeNonAscii(JSON.stringify(object, null, 2).replaceAll('\n', '\n  '));
}

function noteObject(entry: RegistryEntry): JsonObject {
  const { publishedAt, updatedAt, artifact, status, keyId } = entry;
  const { state, reason, successor } = status;
  const plain = state === 'active' && reason === undefined && successor === undefined;
  return {
    published_at: publishedAt,
    updated_at: updatedAt,
    artifact: artifact === undefined ? undefined : { integrity: artifact.integrity, size: artifact.size },
    status: plain ? undefined : { state, reason, successor },
    key_id: keyId,
  };
}
