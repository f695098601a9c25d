/** What a table of ours may hold. */
export type TomlValue = string | boolean | readonly string[] | Readonly<Record<string, string>>;

/**
 * A table on one line for its header and one for each key, without a line break at the end. Strings are basic strings, so that no value
 * runs over a line (TOML 1.0.0).
 */
export function formatTomlTable(header: string, table: Readonly<Record<string, TomlValue>>): string {
  return [header, ...Object.entries(table).map(formatPair)].join('\n');
}

/** A string as TOML writes it on one line. */
function formatTomlString(text: string): string {
  return JSON.stringify(text).replaceAll('\x7f', '\\u007f');
}

function formatPair([key, value]: readonly [string, TomlValue]): string {
  return `${formatKey(key)} = ${formatValue(value)}`;
}

function formatKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : formatTomlString(key);
}

function formatValue(value: TomlValue): string {
  if (typeof value === 'string') return formatTomlString(value);
  if (typeof value === 'boolean') return String(value);
  if (isList(value)) return `[${value.map(formatTomlString).join(', ')}]`;
  const pairs = Object.entries(value).map(([key, text]) => `${formatKey(key)} = ${formatTomlString(text)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

function isList(value: Exclude<TomlValue, string | boolean>): value is readonly string[] {
  return Array.isArray(value);
}
