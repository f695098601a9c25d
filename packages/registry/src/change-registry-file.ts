import { type FileRow, fileRowOf } from './file-row.js';
import { entryObject, formatEntry, withNote } from './format-entry.js';
import type { JsonObject } from './json-object.js';
import { NameTable } from './name-table.js';
import type { RegistryEntry } from './registry-entry.js';
import type { RegistryFile } from './registry-file.js';
import type { EntrySpan } from './scan-entries.js';

const BEGIN: Buffer = Buffer.from('[\n  ');
const BETWEEN: Buffer = Buffer.from(',\n  ');
const END: Buffer = Buffer.from('\n]\n');

/** Versions of one name that change: the entry as it is to be, or undefined for one that goes. */
export type VersionChanges = ReadonlyMap<string, RegistryEntry | undefined>;

/** The file with one name's versions changed. Entries that are not changed keep their bytes; new ones come last. */
export function changeRegistryFile(file: RegistryFile, name: string, changes: VersionChanges): RegistryFile {
  const draft = new FileDraft(file);
  const waiting = new Map(changes);
  for (const [index, row] of file.rows.entries()) {
    if (row.name !== name || !waiting.has(row.version)) {
      draft.keep(row, index);
      continue;
    }
    const entry = waiting.get(row.version);
    waiting.delete(row.version);
    if (entry !== undefined) draft.add(entry, objectOf(entry, row));
  }
  for (const entry of waiting.values()) {
    if (entry !== undefined) draft.add(entry, entryObject(entry));
  }
  return draft.finish();
}

function objectOf(entry: RegistryEntry, row: FileRow): JsonObject {
  return entry.manifest === row.entry.manifest ? withNote(row.object, entry) : entryObject(entry);
}

/** Lines up the bytes of a file; rows that stood side by side before are copied in one piece. */
class FileDraft {
  readonly #file: RegistryFile;
  readonly #rows: FileRow[] = [];
  readonly #spans: EntrySpan[] = [];
  readonly #pieces: Buffer[] = [];
  #length: number = BEGIN.length;
  /** Index of the row kept last, while rows are kept without a gap. */
  #lastKept: number | undefined;
  #pieceStart = 0;

  constructor(file: RegistryFile) {
    this.#file = file;
  }

  keep(row: FileRow, index: number): void {
    const span = this.#file.spans[index];
    if (span === undefined) return;
    if (this.#lastKept === undefined || this.#lastKept !== index - 1) {
      this.#closePiece();
      this.#separate();
      this.#pieceStart = span.start;
    }
    const shift = this.#length - this.#pieceStart;
    this.#rows.push(row);
    this.#spans.push({ ...span, start: span.start + shift, end: span.end + shift });
    this.#lastKept = index;
  }

  add(entry: RegistryEntry, object: JsonObject): void {
    this.#closePiece();
    this.#separate();
    const piece = Buffer.from(formatEntry(object));
    this.#rows.push(fileRowOf(entry, object));
    this.#spans.push({ start: this.#length, end: this.#length + piece.length, members: 0 });
    this.#push(piece);
  }

  finish(): RegistryFile {
    this.#closePiece();
    const bytes = this.#rows.length === 0 ? Buffer.from('[]\n') : Buffer.concat([BEGIN, ...this.#pieces, END]);
    return { bytes, rows: this.#rows, spans: this.#spans, table: new NameTable(this.#rows) };
  }

  #closePiece(): void {
    const end = this.#lastKept === undefined ? undefined : this.#file.spans[this.#lastKept]?.end;
    if (end !== undefined) this.#push(this.#file.bytes.subarray(this.#pieceStart, end));
    this.#lastKept = undefined;
  }

  #separate(): void {
    if (this.#pieces.length > 0) this.#push(BETWEEN);
  }

  #push(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }
}
