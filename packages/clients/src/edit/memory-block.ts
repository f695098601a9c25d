import { MarketplaceError, printable } from '@agentmesh/errors';
import { checkMemoryText } from './check-memory-text.js';
import { lineBreakOf, withLineFeeds } from './line-break.js';

/** Which block of a memory file: whose it is and what it holds. Both are validated names without spaces or `>`. */
export interface MemoryBlockId {
  readonly plugin: string;
  /** Such as `rules/style.md`. */
  readonly what: string;
}

interface Place {
  readonly start: number;
  readonly end: number;
}

const NAME = /^[A-Za-z0-9.][A-Za-z0-9._/%-]*$/;

/**
 * The text that stands in a block, line breaks as LF; undefined where there is no such block.
 *
 * @throws MarketplaceError `MEMORY_FENCE_BROKEN` when the fence is there more than once or only in half
 */
export function findMemoryBlock(document: string, id: MemoryBlockId): string | undefined {
  const place = findPlace(document, id);
  if (place === undefined) return undefined;
  const lines = withLineFeeds(document.slice(place.start, place.end)).split('\n');
  return lines.slice(1, -1).join('\n');
}

/** The text as {@link findMemoryBlock} gives it back: line breaks as LF, none at the end. */
export function normalizeMemoryText(text: string): string {
  return withLineFeeds(text).replace(/\n+$/, '');
}

/**
 * Stands wherever a text comes in.
 *
 * @param from where the text comes from
 * @throws MarketplaceError `MEMORY_TEXT_REFUSED` when `checkMemoryText` says why
 */
export function assertMemoryText(from: string, text: string): void {
  const reason = checkMemoryText(text);
  if (reason === undefined) return;
  throw new MarketplaceError(`Expected a text for ${printable(from)} that ends where it ends; ${reason}`, {
    code: 'MEMORY_TEXT_REFUSED',
    hint: 'Ask the author of the plugin to repair the file.',
  });
}

/**
 * Puts a block at the end of a memory file, or replaces its text where it stands. {@link removeMemoryBlock} undoes it to the byte, in
 * whatever order blocks come and go.
 *
 * @throws MarketplaceError `MEMORY_FENCE_BROKEN`; `MEMORY_TEXT_REFUSED` when the text could close the fence or hide what follows it
 */
export function setMemoryBlock(document: string, id: MemoryBlockId, text: string): string {
  assertMemoryText(id.what, text);
  const eol = lineBreakOf(document);
  const { begin, end } = fenceOf(id);
  const body = normalizeMemoryText(text);
  const block = [begin, ...body.split('\n'), end].join(eol);
  const place = findPlace(document, id);
  if (place !== undefined) return document.slice(0, place.start) + block + document.slice(place.end);
  // Where the last line is not ended, the break goes before the block, so that removing the block takes it away as well.
  return endsLine(document) ? document + block + eol : document + eol + block;
}

/**
 * Takes a block out of a memory file; the same document where there is none.
 *
 * @throws MarketplaceError `MEMORY_FENCE_BROKEN`
 */
export function removeMemoryBlock(document: string, id: MemoryBlockId): string {
  const place = findPlace(document, id);
  if (place === undefined) return document;
  const before = document.slice(0, place.start);
  const after = document.slice(place.end);
  const [broken] = /^(?:\r\n|\r|\n)/.exec(after) ?? [];
  if (broken !== undefined) return before + after.slice(broken.length);
  return before.replace(/(?:\r\n|\r|\n)$/, '') + after;
}

function findPlace(document: string, id: MemoryBlockId): Place | undefined {
  const { begin, end } = fenceOf(id);
  const begins = findLines(document, begin);
  const ends = findLines(document, end);
  if (begins.length === 0 && ends.length === 0) return undefined;
  const [start] = begins;
  const [last] = ends;
  if (begins.length !== 1 || ends.length !== 1 || start === undefined || last === undefined || last < start) {
    throw new MarketplaceError(`Expected one whole block between '${begin}' and '${end}'`, {
      code: 'MEMORY_FENCE_BROKEN',
      hint: 'Remove what is left of the block from the file by hand.',
    });
  }
  return { start, end: last + end.length };
}

function fenceOf({ plugin, what }: MemoryBlockId): { begin: string; end: string } {
  if (!NAME.test(plugin) || !NAME.test(what)) {
    throw new MarketplaceError(`Expected plain names for a block, got ${printable(plugin)} and ${printable(what)}`, {
      code: 'NAME_INVALID',
    });
  }
  return { begin: `<!-- agentmesh:begin ${plugin} ${what} -->`, end: `<!-- agentmesh:end ${plugin} ${what} -->` };
}

/** Where a line that is exactly this begins. */
function findLines(document: string, line: string): number[] {
  const found: number[] = [];
  for (let at = document.indexOf(line); at >= 0; at = document.indexOf(line, at + 1)) {
    const after = document[at + line.length];
    const ended = after === undefined || after === '\n' || after === '\r';
    if (ended && (at === 0 || /[\n\r\ufeff]/.test(document.charAt(at - 1)))) found.push(at);
  }
  return found;
}

/** True where a new line may begin: after a line break, and at the start, where a byte order mark may stand. */
function endsLine(text: string): boolean {
  return text === '' || text === '\ufeff' || text.endsWith('\n') || text.endsWith('\r');
}
