import { getNodeValue } from 'jsonc-parser';
import { type JsonMember, type JsonObject, jsonObjectOf, listJsonTokens, parseJsonDocument } from './json-document.js';
import { type JsonLayout, layoutOf } from './json-layout.js';
import { addJsonMember, removeJsonMember } from './json-member.js';
import { lineBreakOf } from './line-break.js';

/** Which entry of a JSON or JSONC configuration. */
export interface JsonEntryId {
  /** The member of the document that holds the entries, such as `mcpServers`. */
  readonly container: string;
  readonly name: string;
}

/** An entry as it stands in a document. */
export interface JsonEntry {
  readonly value: unknown;
  /** True when a person left a comment in it. */
  readonly commented: boolean;
}

/** What was made around entries and goes with the last of them: the document itself, the container, or lines in an empty one. */
export type JsonFrame = 'document' | 'document-lines' | 'container' | 'container-lines';

interface Found {
  readonly bom: string;
  readonly text: string;
  readonly root: JsonObject | undefined;
  readonly container: JsonObject | undefined;
  readonly member: JsonMember | undefined;
}

/**
 * The entry of that name; undefined where there is none.
 *
 * @throws MarketplaceError `CONFIG_UNREADABLE`
 */
export function findJsonEntry(document: string, id: JsonEntryId): JsonEntry | undefined {
  const { text, member } = find(document, id);
  if (member === undefined) return undefined;
  const commented = listJsonTokens(text, member.start, member.end).some(
    ({ kind }) => kind === 'line comment' || kind === 'block comment',
  );
  return { value: getNodeValue(member.value), commented };
}

/**
 * Adds an entry behind all others, or replaces its value where it stands. Everything else stays as it is: comments, order, indentation,
 * trailing commas, line breaks and the byte order mark. Answers also what had to be made around it, for {@link removeJsonEntry}.
 *
 * @param value plain data
 * @throws MarketplaceError `CONFIG_UNREADABLE` for a document that is no JSON object with at most one such container
 */
export function setJsonEntry(
  document: string,
  id: JsonEntryId,
  value: unknown,
): { readonly document: string; readonly made: readonly JsonFrame[] } {
  const { bom, text, root, container, member } = find(document, id);
  if (root === undefined) {
    const eol = lineBreakOf(text);
    const inner = setJsonEntry(`${document}{${eol}}${eol}`, id, value);
    return { document: inner.document, made: ['document', ...inner.made] };
  }
  if (container === undefined) {
    const layout = layoutOf(text, root, root);
    const wide = widen(text, root, layout);
    const grown = addJsonMember(wide.text, wide.object, id.container, layout.emptyObject, layout);
    const inner = setJsonEntry(bom + grown, id, value);
    return {
      document: inner.document,
      made: [...(wide.done ? (['document-lines'] as const) : []), 'container', ...inner.made],
    };
  }
  const layout = layoutOf(text, root, container);
  if (member !== undefined) {
    const { offset, length } = member.value;
    const replaced = text.slice(0, offset) + layout.render(value) + text.slice(offset + length);
    return { document: bom + replaced, made: [] };
  }
  const wide = widen(text, container, layout);
  const grown = addJsonMember(wide.text, wide.object, id.name, layout.render(value), layout);
  return { document: bom + grown, made: wide.done ? ['container-lines'] : [] };
}

/**
 * Takes an entry out of a document, and with the last one what was made around it, unless somebody has put something there. Answers also
 * what of it is left to be taken away with other entries.
 *
 * @param made what {@link setJsonEntry} answered for all entries of the document so far
 * @throws MarketplaceError `CONFIG_UNREADABLE`
 */
export function removeJsonEntry(
  document: string,
  id: JsonEntryId,
  made: readonly JsonFrame[],
): { readonly document: string; readonly made: readonly JsonFrame[] } {
  const { bom, text, container, member } = find(document, id);
  if (container === undefined || member === undefined) return { document, made };
  const rest = removeJsonMember(text, container, member);
  const { container: left } = find(rest, id);
  if (left === undefined || !isBlank(rest, left)) return { document: bom + rest, made };
  return { document: bom + unframe(rest, id, made), made: [] };
}

function unframe(text: string, id: JsonEntryId, made: readonly JsonFrame[]): string {
  const { root, container } = find(text, id);
  if (root === undefined || container === undefined || !isBlank(text, container)) return text;
  if (!made.includes('container')) return made.includes('container-lines') ? narrow(text, container) : text;
  const [member] = root.members.filter(({ key }) => key === id.container);
  if (member === undefined) return text;
  const rest = removeJsonMember(text, root, member);
  const outer = parseJsonDocument(rest);
  if (outer === undefined || !isBlank(rest, outer)) return rest;
  if (made.includes('document'))
    return rest.slice(0, outer.start) + rest.slice(outer.end).replace(/^(?:\r\n|\r|\n)/, '');
  return made.includes('document-lines') ? narrow(rest, outer) : rest;
}

function find(document: string, id: JsonEntryId): Found {
  const bom = document.startsWith('\ufeff') ? '\ufeff' : '';
  const text = document.slice(bom.length);
  const root = parseJsonDocument(text);
  const holder = root?.members.find(({ key }) => key === id.container);
  const container = holder === undefined ? undefined : jsonObjectOf(holder.value);
  return { bom, text, root, container, member: container?.members.find(({ key }) => key === id.name) };
}

/** Gives an object `{}` lines to put members on. */
function widen(
  text: string,
  object: JsonObject,
  layout: JsonLayout,
): { text: string; object: JsonObject; done: boolean } {
  if (object.end - object.start !== 2) return { text, object, done: false };
  const wide = text.slice(0, object.start + 1) + layout.tail + text.slice(object.end - 1);
  return { text: wide, object: { ...object, end: object.end + layout.tail.length }, done: true };
}

function narrow(text: string, object: JsonObject): string {
  return `${text.slice(0, object.start)}{}${text.slice(object.end)}`;
}

function isBlank(text: string, object: JsonObject): boolean {
  return text.slice(object.start + 1, object.end - 1).trim() === '';
}
