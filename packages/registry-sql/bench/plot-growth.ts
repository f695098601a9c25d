import { writeFile } from 'node:fs/promises';
import { growthPlot } from './growth-plot.js';
import { growthTable } from './growth-table.js';
import { measureGrowth } from './measure-growth.js';

/** Measures anew, prints the table and draws docs/registry-growth.svg. */
const rows = await measureGrowth([1_000, 10_000, 100_000]);
process.stdout.write(growthTable(rows));
await writeFile(new URL('../../../docs/registry-growth.svg', import.meta.url), growthPlot(rows));
