import { test } from 'vitest';
import { growthTable } from './growth-table.js';
import { measureGrowth } from './measure-growth.js';

test('the registry from 1,000 to 100,000 plugins', { timeout: 600_000 }, async () => {
  process.stdout.write(`\n${growthTable(await measureGrowth([1_000, 10_000, 100_000]))}\n`);
});
