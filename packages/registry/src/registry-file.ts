import { isUtf8 } from 'node:buffer';
import { FileRow } from './file-row.js';
import { countMembers, isJsonObject } from './json-object.js';
import { NameTable } from './name-table.js';
import { registryCorrupt } from './registry-corrupt.js';
import { type EntrySpan, scanEntries } from './scan-entries.js';

/** A registry file in memory: its bytes, and what they say. */
export interface RegistryFile {
  readonly bytes: Buffer;
  /** In the order of the file. */
  readonly rows: readonly FileRow[];
  /** Where each row stands in the bytes. */
  readonly spans: readonly EntrySpan[];
  readonly table: NameTable<FileRow>;
}

/**
 * Reads a registry file: a JSON list of manifests, each with what we add in `_registry`.
 *
 * @param path names the file in messages
 * @param before what the file said earlier; when it only grew since, the rest alone is read
 * @throws MarketplaceError `REGISTRY_CORRUPT`
 */
export function readRegistryFile(bytes: Buffer, path: string, before?: RegistryFile): RegistryFile {
  if (!isUtf8(bytes)) throw registryCorrupt(path, 'it is not UTF-8');
  const known = before !== undefined && grewFrom(bytes, before) ? before : undefined;
  const found = scanEntries(bytes, known?.spans.at(-1)?.end);
  if (found === undefined) throw registryCorrupt(path, explain(bytes));
  const first = known?.rows.length ?? 0;
  const added = found.map((span, index) => readRow(bytes, span, { path, number: first + index + 1 }));
  const rows = [...(known?.rows ?? []), ...added];
  const table = new NameTable(rows);
  checkTwins(table, path);
  return { bytes, rows, spans: [...(known?.spans ?? []), ...found], table };
}

function grewFrom(bytes: Buffer, before: RegistryFile): boolean {
  const end = before.spans.at(-1)?.end ?? Number.POSITIVE_INFINITY;
  return bytes.length >= end && bytes.subarray(0, end).equals(before.bytes.subarray(0, end));
}

function readRow(bytes: Buffer, span: EntrySpan, place: { path: string; number: number }): FileRow {
  const text = bytes.toString('utf8', span.start, span.end);
  const fault = (what: string, cause?: unknown) =>
    registryCorrupt(place.path, `entry ${place.number} (line ${lineOf(bytes, span.start)}): ${what}`, cause);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fault(`it is no JSON (${messageOf(cause)})`, cause);
  }
  if (!isJsonObject(value)) throw fault('it is no object');
  if (countMembers(value) !== span.members) throw fault('a key stands in it twice');
  try {
    return FileRow.read(value, fault);
  } catch (cause) {
    if (!isManifestInvalid(cause)) throw cause;
    throw fault(cause.message, cause);
  }
}

function isManifestInvalid(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'MANIFEST_INVALID';
}

function checkTwins(table: NameTable<FileRow>, path: string): void {
  for (const rows of table.groups()) {
    const seen = new Set<string>();
    for (const { name, version } of rows) {
      if (seen.has(version)) throw registryCorrupt(path, `${name} ${version} stands in it twice`);
      seen.add(version);
    }
  }
}

/** Why the bytes are no list. */
function explain(bytes: Buffer): string {
  try {
    JSON.parse(bytes.toString());
    return 'expected a JSON list of manifests';
  } catch (error) {
    return `it is no JSON (${messageOf(error)})`;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function lineOf(bytes: Buffer, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at !== -1 && at < offset; at = bytes.indexOf(10, at + 1)) line += 1;
  return line;
}
