/** Where one element of a JSON list stands in the file's bytes. */
export interface EntrySpan {
  readonly start: number;
  readonly end: number;
  /** Colons outside strings: the members of all its objects, duplicates counted. */
  readonly members: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const LIST_BEGIN = 0x5b;
const LIST_END = 0x5d;
const OBJECT_BEGIN = 0x7b;

/** 1 for the bytes that mean something between the texts of JSON: a table, because every byte of a long file is asked for. */
const MEANS: Uint8Array = new Uint8Array(256);
for (const byte of Buffer.from('",:[]{}')) MEANS[byte] = 1;

/**
 * Finds the elements of a JSON list without parsing them. Of bytes that are no JSON it may find anything.
 *
 * @param resumeAt end of an element whose predecessors are known already; without it the list is read from its beginning
 * @returns undefined when the bytes are no list
 */
export function scanEntries(bytes: Uint8Array, resumeAt?: number): EntrySpan[] | undefined {
  const spans: EntrySpan[] = [];
  let at = skipBlanks(bytes, resumeAt ?? 0);
  if (resumeAt === undefined) {
    if (bytes[at] !== LIST_BEGIN) return undefined;
    at = skipBlanks(bytes, at + 1);
    if (bytes[at] === LIST_END) return endsAt(bytes, at + 1) ? spans : undefined;
    at = scanElement(bytes, at, spans);
  }
  while (bytes[at] === COMMA) at = scanElement(bytes, skipBlanks(bytes, at + 1), spans);
  return bytes[at] === LIST_END && endsAt(bytes, at + 1) ? spans : undefined;
}

/** Adds the element that begins at `start`, and returns where the comma or bracket after it stands. */
function scanElement(bytes: Uint8Array, start: number, spans: EntrySpan[]): number {
  let depth = 0;
  let members = 0;
  let at = start;
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (MEANS[byte] === 0) continue;
    if (byte === QUOTE) at = skipText(bytes, at);
    else if (byte === COLON) members += 1;
    else if (byte === COMMA) {
      if (depth === 0) break;
    } else if (byte === LIST_BEGIN || byte === OBJECT_BEGIN) depth += 1;
    else if (depth === 0) break;
    else depth -= 1;
  }
  let end = at;
  while (end > start && isBlank(bytes[end - 1])) end -= 1;
  spans.push({ start, end, members });
  return at;
}

function skipText(bytes: Uint8Array, quote: number): number {
  let at = quote + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isBlank(bytes[at])) at += 1;
  return at;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function endsAt(bytes: Uint8Array, from: number): boolean {
  return skipBlanks(bytes, from) === bytes.length;
}
