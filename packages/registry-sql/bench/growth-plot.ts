import type { GrowthRow } from './measure-growth.js';

const WIDTH = 740;
const HEIGHT = 420;
const AREA = { left: 64, right: 540, top: 48, bottom: 360 };
/** Milliseconds at the ends of the upright axis; both axes are logarithmic. */
const TIMES = { least: 0.01, most: 100 };
const KINDS = [
  { key: 'open', label: 'open', colour: '#7c5cd6' },
  { key: 'latest', label: 'latest version', colour: '#0f8a5f' },
  { key: 'rare', label: 'rare text', colour: '#c2571a' },
  { key: 'common', label: 'common word, ranked', colour: '#2f6fd0' },
] as const;

/** The measures as a drawing: how long each takes, by how many plugins there are. */
export function growthPlot(rows: readonly GrowthRow[]): string {
  const sizes = [...new Set(rows.map(({ plugins }) => plugins))].sort((a, b) => a - b);
  const x = scale({ from: sizes[0] ?? 1, to: sizes.at(-1) ?? 10, start: AREA.left + 24, end: AREA.right - 24 });
  const y = scale({ from: TIMES.least, to: TIMES.most, start: AREA.bottom, end: AREA.top });
  const curves = (['SQLite', 'PostgreSQL'] as const).flatMap((engine) =>
    KINDS.map(({ key, colour }) => {
      const points = rows.filter((row) => row.engine === engine).map((row): Point => [x(row.plugins), y(row[key])]);
      return curve(points, { colour, isDashed: engine === 'PostgreSQL' });
    }),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="12">`,
    '<title>Time of an operation by the number of plugins, in SQLite and PostgreSQL</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text([AREA.left, 28], 'Milliseconds at the median, by plugins in the registry', { size: 14 }),
    ...[0.01, 0.1, 1, 10, 100].map((time) => gridLine(y(time), String(time))),
    ...sizes.map((size) => text([x(size), AREA.bottom + 20], size.toLocaleString('en'), { anchor: 'middle' })),
    ...curves,
    ...legend(),
    '</svg>',
    '',
  ].join('\n');
}

type Point = readonly [x: number, y: number];

interface Axis {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

function scale({ from, to, start, end }: Axis): (value: number) => number {
  const span = Math.log(to / from);
  return (value) => start + ((end - start) * Math.log(value / from)) / span;
}

function curve(points: readonly Point[], { colour, isDashed }: { colour: string; isDashed: boolean }): string {
  const line = points.map((point) => point.map((part) => part.toFixed(1)).join(',')).join(' ');
  const dots = points.map(([x, y]) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3" fill="${colour}"/>`);
  const dashes = isDashed ? ' stroke-dasharray="5 4"' : '';
  return `<polyline points="${line}" fill="none" stroke="${colour}" stroke-width="2"${dashes}/>${dots.join('')}`;
}

function gridLine(y: number, label: string): string {
  const line = `<line x1="${AREA.left}" x2="${AREA.right}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}" stroke="#d8d8de"/>`;
  return line + text([AREA.left - 8, y + 4], label, { anchor: 'end' });
}

function legend(): readonly string[] {
  const left = AREA.right + 16;
  const kinds = KINDS.map(({ label, colour }, index) => ({ label, colour, isDashed: false, index }));
  const engines = ['SQLite', 'PostgreSQL'].map((label, index) => ({
    label,
    colour: '#44444c',
    isDashed: index === 1,
    index: index + KINDS.length + 1,
  }));
  return [...kinds, ...engines].flatMap(({ label, colour, isDashed, index }) => {
    const y = AREA.top + 12 + index * 22;
    const line = curve(
      [
        [left, y],
        [left + 24, y],
      ],
      { colour, isDashed },
    );
    return [line, text([left + 32, y + 4], label)];
  });
}

function text([x, y]: Point, content: string, { anchor = 'start', size = 12 } = {}): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}" fill="#2b2b33">${content}</text>`;
}
