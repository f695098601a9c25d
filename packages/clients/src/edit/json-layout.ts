import type { JsonObject } from './json-document.js';
import { lineBreakOf } from './line-break.js';

/** How the members of an object are laid out. */
export interface JsonLayout {
  /** What stands before a member that is added: a line break and its indentation, or a blank. */
  readonly lead: string;
  /** What stands before the closing brace of an object that had nothing in it. */
  readonly tail: string;
  /** Renders a value that begins behind such a lead. */
  readonly render: (value: unknown) => string;
  /** An object with nothing in it yet, which takes members on lines of their own. */
  readonly emptyObject: string;
}

/** Lays out as the members that are there do, or else as the document does, or else with two blanks a level. */
export function layoutOf(text: string, root: JsonObject | undefined, object: JsonObject): JsonLayout {
  const eol = lineBreakOf(text);
  const unit = (root === undefined ? undefined : ownLineIndent(text, root)) ?? '  ';
  const outer = indentAt(text, object.start);
  const bare = object.end - object.start === 2;
  if (!bare && !/[\r\n]/.test(text.slice(object.start, object.end))) {
    return { lead: ' ', tail: '', render: (value) => JSON.stringify(value), emptyObject: '{}' };
  }
  const indent = ownLineIndent(text, object) ?? outer + unit;
  return {
    lead: eol + indent,
    tail: eol + outer,
    render: (value) => JSON.stringify(value, null, unit.slice(0, 10)).replaceAll('\n', eol + indent),
    emptyObject: `{${eol}${indent}}`,
  };
}

/** The indentation of the first member that begins its line. */
function ownLineIndent(text: string, object: JsonObject): string | undefined {
  for (const { start } of object.members) {
    const before = text.slice(lineStart(text, start), start);
    if (/^[ \t]*$/.test(before) && lineStart(text, start) > object.start) return before;
  }
  return undefined;
}

/** The indentation of the line that a place is on. */
function indentAt(text: string, place: number): string {
  const [indent = ''] = /^[ \t]*/.exec(text.slice(lineStart(text, place), place)) ?? [];
  return indent;
}

function lineStart(text: string, place: number): number {
  const before = text.slice(0, place);
  return Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
}
