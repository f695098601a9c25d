import { printable } from '@agentmesh/errors';
import { style } from './style.js';

const GAP = '  ';

/**
 * Lines up rows under a heading, for stdout. Each cell is made safe for a terminal; columns are as wide as their widest cell
 * in code points, the last one is free.
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

function width(text: string): number {
  return [...text].length;
}
