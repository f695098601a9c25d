import { formatYamlString } from './format-yaml-string.js';
import type { JsonValue } from './plugin-manifest.js';

/** YAML looks no further than 1024 characters for the colon after a key, unless the key is marked as one. */
const LONGEST_KEY = 1000;

/**
 * A key and its value in block style, without the newline at the end.
 *
 * @param indent blanks before each line
 */
export function formatYamlMember(key: string, value: JsonValue, indent: string): string {
  const text = formatYamlString(key);
  const after = formatValue(value, `${indent}  `);
  return text.length > LONGEST_KEY ? `${indent}? ${text}\n${indent}:${after}` : `${indent}${text}:${after}`;
}

function formatValue(value: JsonValue, indent: string): string {
  if (typeof value === 'string') return ` ${formatYamlString(value)}`;
  if (typeof value !== 'object' || value === null) return ` ${String(value)}`;
  return isList(value) ? formatList(value, indent) : formatMapping(value, indent);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function formatList(list: readonly JsonValue[], indent: string): string {
  if (list.length === 0) return ' []';
  return list.map((item) => `\n${indent}-${formatValue(item, `${indent}  `)}`).join('');
}

function formatMapping(mapping: { readonly [key: string]: JsonValue }, indent: string): string {
  const keys = Object.keys(mapping);
  if (keys.length === 0) return ' {}';
  return keys.map((key) => `\n${formatYamlMember(key, mapping[key] ?? null, indent)}`).join('');
}
