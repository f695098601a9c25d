import type { GrowthRow } from './measure-growth.js';

/** The measures as a table in Markdown. */
export function growthTable(rows: readonly GrowthRow[]): string {
  const lines = rows.map(({ engine, plugins, open, latest, rare, common, register }) => {
    const times = [open, latest, rare, common].map((time) => `${time.toFixed(time < 1 ? 3 : 1)} ms`);
    return `| ${[engine, plugins.toLocaleString('en'), ...times, `${Math.round(register).toLocaleString('en')}/s`].join(' | ')} |`;
  });
  return [
    '| database | plugins | open | latest version | rare text | common word, ranked | durable registers |',
    '|---|--:|--:|--:|--:|--:|--:|',
    ...lines,
    '',
  ].join('\n');
}
