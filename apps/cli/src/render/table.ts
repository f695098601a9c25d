import { printable } from '@agentmesh/errors';
import { style } from './style.js';

const GAP = '  ';

/**
 * Lines up rows under a heading, for stdout. Each cell is made safe for a terminal; columns are as wide as their widest cell
 * in terminal columns, the last one is free.
 */
export function renderTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [heading, ...rows].map((row) => row.map((cell) => printable(cell)));
  const widths = heading.map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ''))));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => pad(cell, column, widths))
      .join(GAP)
      .trimEnd(),
  );
  return [style('bold', lines[0] ?? '', process.stdout), ...lines.slice(1)].join('\n');
}

function pad(cell: string, column: number, widths: readonly number[]): string {
  return cell + ' '.repeat((widths[column] ?? 0) - width(cell));
}

/** Terminal columns: wide characters (East Asian scripts and their full-width forms, emoji) take two, combining marks none. */
function width(text: string): number {
  const marks = text.match(/\p{Mark}/gu)?.length ?? 0;
  const wide =
    text.match(
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/gu,
    )?.length ?? 0;
  return [...text].length - marks + wide;
}
