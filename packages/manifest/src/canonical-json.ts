import type { JsonValue } from './plugin-manifest.js';

/** Beyond ASCII, and DEL, which Python's `ensure_ascii` leaves but AGT's bytes escape. Stands in strings alone. */
const NOT_ASCII = /[\u007f-\uffff]/g;

/**
 * The one JSON text of a value (formats.md, "Signed bytes"): keys sorted by code unit at every depth, no white space,
 * ASCII only with lower-case `\uXXXX`. The value has no floats and no lone surrogates; the reading rule saw to that.
 */
export function canonicalJson(value: JsonValue): string {
  return write(value).replace(NOT_ASCII, escapeUnit);
}

function write(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(write).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${write(value[key] ?? null)}`);
  return `{${members.join(',')}}`;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
