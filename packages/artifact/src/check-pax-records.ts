import { printable } from '@agentmesh/errors';
import { archiveInvalid } from './archive-invalid.js';

const HARMLESS =
  /^(?:[acm]time|[ug]id|[ug]name|comment|SCHILY\.(?:dev|ino|nlink|fflags)|(?:LIBARCHIVE|NODETAR)\.[\w.]+)$/;
const SPACE = 0x20;
const NEWLINE = 0x0a;

/**
 * Reads the records of a pax header (`<length> <key>=<value>\n`) to the last byte and refuses every key that could change
 * what an entry is: sizes, links, sparse maps, encodings. `path` may stand once, in the header of one entry (`x`).
 * POSIX.1-2024, pax, "pax Extended Header".
 */
export function checkPaxRecords(bytes: Buffer, kind: 'x' | 'g'): void {
  const seen = new Set<string>();
  for (let offset = 0; offset < bytes.length; ) {
    const end = offset + readLength(bytes, offset);
    const space = bytes.indexOf(SPACE, offset);
    const equals = bytes.indexOf('=', space);
    if (end > bytes.length || bytes[end - 1] !== NEWLINE || equals === -1 || equals >= end) {
      throw archiveInvalid('a pax header is malformed');
    }
    checkKey(bytes.toString('utf8', space + 1, equals), kind, seen);
    offset = end;
  }
}

function readLength(bytes: Buffer, offset: number): number {
  const digits = /^[1-9][0-9]{0,5}(?= )/.exec(bytes.toString('latin1', offset, offset + 7));
  if (digits === null) throw archiveInvalid('a pax header is malformed');
  return Number(digits[0]);
}

function checkKey(key: string, kind: 'x' | 'g', seen: Set<string>): void {
  if (seen.has(key)) throw archiveInvalid(`a pax header has ${printable(key)} twice`);
  seen.add(key);
  if (key === 'path' && kind === 'x') return;
  if (!HARMLESS.test(key)) throw archiveInvalid(`a pax header sets ${printable(key)}`);
}
