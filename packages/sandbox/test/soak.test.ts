import { expect, it } from 'vitest';
import { runFaultProgram } from './faults/run-fault-program.js';

const CALLS = 20_000;
const MIB = 1_048_576;
const SEED = String(Date.now() % 1e6);

it('20,000 mixed calls, one in twenty hostile: every honest one is answered, memory stays flat, nothing is left', async () => {
  const { before, after, memory, tally } = await runFaultProgram('soak', [String(CALLS), SEED], 280_000);
  expect(tally.wrong, `seed ${SEED}`).toEqual([]);
  expect(tally.answered + tally.hostile).toBe(CALLS);
  expect(tally.hostile).toBeGreaterThan(CALLS / 25);
  const [, ...warm] = memory;
  expect((Math.max(...warm) - Math.min(...warm)) / MIB, `memory ${memory}`).toBeLessThan(20);
  expect(after).toEqual(before);
}, 300_000);
