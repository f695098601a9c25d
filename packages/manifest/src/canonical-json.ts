import { escapeNonAscii } from './escape-non-ascii.js';
import type { JsonValue } from './plugin-manifest.js';

/**
 * The one JSON text of a value (formats.md, "Signed bytes"): keys sorted by code unit at every depth, no white space,
 * ASCII only with lower-case `\uXXXX`. The value has no floats and no lone surrogates; the reading rule saw to that.
 */
export function canonicalJson(value: JsonValue): string {
  return escapeNonAscii(write(value));
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
