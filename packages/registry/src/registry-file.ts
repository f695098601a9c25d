import { isUtf8 } from 'node:buffer';
import { type FileRow, readFileRow } from './file-row.js';
import { countMembers, isJsonObject } from './json-object.js';
import { NameTable } from './name-table.js';
import { registryCorrupt } from './registry-corrupt.js';
import { type EntrySpan, scanEntries } from './scan-entries.js';

const NO_LIST = 'expected a JSON list of manifests';

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
  const known = before !== undefined && grewFrom(bytes, before) ? before : { rows: [], spans: [] };
  const knownEnd = known.spans.at(-1)?.end;
  const found = scanEntries(bytes, knownEnd);
  const values = parseList(bytes, path, knownEnd);
  if (found === undefined || found.length !== values.length) throw registryCorrupt(path, NO_LIST);
  const added = found.map((span, index) =>
    readRow(values[index], { bytes, span, path, number: known.rows.length + index + 1 }),
  );
  const rows = [...known.rows, ...added];
  const table = new NameTable(rows);
  checkTwins(table, path);
  return { bytes, rows, spans: [...known.spans, ...found], table };
}

function grewFrom(bytes: Buffer, before: RegistryFile): boolean {
  const end = before.spans.at(-1)?.end ?? Number.POSITIVE_INFINITY;
  return bytes.length >= end && bytes.subarray(0, end).equals(before.bytes.subarray(0, end));
}

/** @param knownEnd where the last element ends that is known already; the list is parsed from there */
function parseList(bytes: Buffer, path: string, knownEnd: number | undefined): readonly unknown[] {
  try {
    if (knownEnd !== undefined) return JSON.parse(`[0${bytes.toString('utf8', knownEnd)}`).slice(1);
    const value: unknown = JSON.parse(bytes.toString());
    if (Array.isArray(value)) return value;
  } catch (cause) {
    throw registryCorrupt(path, `it is no JSON (${cause instanceof Error ? cause.message : cause})`, cause);
  }
  throw registryCorrupt(path, NO_LIST);
}

interface Place {
  readonly bytes: Buffer;
  readonly span: EntrySpan;
  readonly path: string;
  readonly number: number;
}

function readRow(value: unknown, place: Place): FileRow {
  const { bytes, span, path, number } = place;
  const fault = (what: string, cause?: unknown) =>
    registryCorrupt(path, `entry ${number} (line ${lineOf(bytes, span.start)}): ${what}`, cause);
  if (!isJsonObject(value)) throw fault('it is no object');
  if (countMembers(value) !== span.members) throw fault('a key stands in it twice');
  try {
    return readFileRow(value, fault);
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

function lineOf(bytes: Buffer, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at !== -1 && at < offset; at = bytes.indexOf(10, at + 1)) line += 1;
  return line;
}
