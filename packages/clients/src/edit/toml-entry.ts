import { isDeepStrictEqual } from 'node:util';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { parse, type TomlTable } from 'smol-toml';
import { lineBreakOf, withLineFeeds } from './line-break.js';
import { formatTomlTable, type TomlValue } from './toml-table.js';

/** Which table of a TOML configuration: `[container.name]`. */
export interface TomlEntryId {
  readonly container: string;
  /** Letters, digits, `_` and `-`. */
  readonly name: string;
}

/** A table as it stands in a document. */
export interface TomlEntry {
  readonly value: unknown;
  /** True when it stands there as this package writes it: no comment, no other layout. */
  readonly plain: boolean;
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * The table of that name, however it is written; undefined where there is none.
 *
 * @throws MarketplaceError `CONFIG_UNREADABLE`
 */
export function findTomlEntry(document: string, id: TomlEntryId): TomlEntry | undefined {
  const value = entryOf(parseToml(document), id);
  return value === undefined ? undefined : { value, plain: findPlace(document, id, value) !== undefined };
}

/**
 * Adds a table at the end of the document, or replaces one of ours where it stands. Everything else stays to the byte. The result is
 * parsed again: where it does not say the same as before plus this table, nothing is changed.
 *
 * @throws MarketplaceError `CONFIG_UNREADABLE` for a document that is no TOML or holds its tables in a way that cannot be extended
 */
export function setTomlEntry(document: string, id: TomlEntryId, value: Readonly<Record<string, TomlValue>>): string {
  const old = parseToml(document);
  const eol = lineBreakOf(document);
  const table = formatTomlTable(headerOf(id), value).replaceAll('\n', eol);
  const current = entryOf(old, id);
  const place = current === undefined ? undefined : findPlace(document, id, current);
  if (current !== undefined && place === undefined)
    throw unreadable(`the table ${printable(id.name)} is not as it was written`);
  const text =
    place === undefined
      ? append(document, table, eol)
      : document.slice(0, place.start) + table + document.slice(place.end);
  return confirmed(text, withValue(old, id, value), id);
}

/**
 * Takes a table of ours out of the document to the byte; the same document where there is none.
 *
 * @throws MarketplaceError `CONFIG_UNREADABLE`, also when the table is not as this package writes it
 */
export function removeTomlEntry(document: string, id: TomlEntryId): string {
  const old = parseToml(document);
  const current = entryOf(old, id);
  if (current === undefined) return document;
  const place = findPlace(document, id, current);
  if (place === undefined) throw unreadable(`the table ${printable(id.name)} is not as it was written`);
  const before = document.slice(0, place.start);
  const after = document.slice(place.end);
  const [broken] = /^\r?\n/.exec(after) ?? [];
  const text = broken === undefined ? before.replace(/\r?\n$/, '') + after : before + after.slice(broken.length);
  return confirmed(text, withValue(old, id, undefined), id);
}

/** Where the last line is not ended, the break goes before the table, so that removing the table takes it away as well. */
function append(document: string, table: string, eol: string): string {
  const open = document !== '' && document !== '\ufeff' && !document.endsWith('\n');
  return open ? document + eol + table : document + table + eol;
}

/** Where the table stands, if it stands there as this package would write that value. */
function findPlace(document: string, id: TomlEntryId, value: unknown): Place | undefined {
  if (!isWritable(value)) return undefined;
  const table = formatTomlTable(headerOf(id), value);
  const header = headerOf(id);
  for (let start = document.indexOf(header); start >= 0; start = document.indexOf(header, start + 1)) {
    if (start > 0 && !/[\n\ufeff]/.test(document[start - 1] ?? '')) continue;
    const lines = table.split('\n').length;
    const [found] = new RegExp(`^(?:[^\\n]*\\n){${lines - 1}}[^\\n]*`).exec(document.slice(start)) ?? [];
    const own = found?.replace(/\r$/, '');
    if (own !== undefined && withLineFeeds(own) === table) return { start, end: start + own.length };
  }
  return undefined;
}

function headerOf({ container, name }: TomlEntryId): string {
  if (!/^[A-Za-z0-9_-]+$/.test(name)) {
    throw new MarketplaceError(`Expected a name of letters, digits, '_' and '-', got ${printable(name)}`, {
      code: 'NAME_INVALID',
    });
  }
  return `[${container}.${name}]`;
}

/** A multi-line string may look like a table of ours; what the parser says of the result decides. */
function confirmed(text: string, expected: Expected, id: TomlEntryId): string {
  const found = parseToml(text);
  const value = entryOf(found, id);
  const same =
    expected.value === undefined ? value === undefined : isWritable(value) && sameJson(value, expected.value);
  if (!same || !isDeepStrictEqual(withValue(found, id, expected.value), expected)) {
    throw unreadable(`no place was found for ${printable(id.name)}`);
  }
  return text;
}

/** What a document says beside the entry, and what the entry shall say. */
interface Expected {
  readonly rest: TomlTable;
  readonly others: TomlTable;
  readonly value: unknown;
}

function sameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function withValue(document: TomlTable, { container, name }: TomlEntryId, value: unknown): Expected {
  const { [name]: _, ...others } = tableOf(document, container) ?? {};
  const { [container]: __, ...rest } = document;
  return { rest, others, value };
}

function entryOf(document: TomlTable, { container, name }: TomlEntryId): unknown {
  const table = tableOf(document, container);
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

function tableOf(document: TomlTable, key: string): TomlTable | undefined {
  if (!Object.hasOwn(document, key)) return undefined;
  const value = document[key];
  if (typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)) return value;
  throw unreadable(`expected a table at ${key}`);
}

function parseToml(document: string): TomlTable {
  try {
    return parse(document.replace(/^\ufeff/, ''), { integersAsBigInt: 'asNeeded' });
  } catch (error) {
    throw unreadable('it is no TOML', error);
  }
}

function isWritable(value: unknown): value is Record<string, TomlValue> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isTomlValue)
  );
}

function isTomlValue(value: unknown): value is TomlValue {
  if (typeof value === 'string' || typeof value === 'boolean') return true;
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string');
  return (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof Date) &&
    Object.values(value).every((item) => typeof item === 'string')
  );
}

function unreadable(reason: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError(`Expected a configuration that can be extended: ${reason}`, {
    code: 'CONFIG_UNREADABLE',
    hint: 'Repair the file; it was left as it is.',
    cause,
  });
}
