import { describe, expect, it } from 'vitest';
import { runFaultProgram } from './faults/run-fault-program.js';

const SEED = String(Date.now() % 1e6);

describe('2,000 calls at once over a pool of four', () => {
  it.each([
    ['quickjs', 2000],
    ['python', 2000],
    ['node', 300],
  ])(
    'of %s guests: each of %i is answered once, with its own answer, and nothing is left',
    async (engine, calls) => {
      const report = await runFaultProgram('parallel', [engine, String(calls)], 60_000);
      expect(report.tally).toMatchObject({ answered: calls, wrong: [] });
      expect(report.after).toEqual(report.before);
    },
    70_000,
  );

  it.each([
    ['quickjs', 2000],
    ['python', 1000],
    ['node', 150],
  ])(
    'of %s guests that are killed meanwhile: what is answered is right, the rest is told of the crash',
    async (engine, calls) => {
      const report = await runFaultProgram('parallel', [engine, String(calls), '20', SEED], 60_000);
      const { answered, wrong } = report.tally;
      expect(report.killed, `seed ${SEED}`).toBeGreaterThan(0);
      expect(answered + wrong.length, `seed ${SEED}`).toBe(calls);
      expect(
        wrong.filter((what) => !what.endsWith('SANDBOX_CRASH')),
        `seed ${SEED}`,
      ).toEqual([]);
      expect(wrong.length, `seed ${SEED}`).toBeLessThanOrEqual(report.killed);
      expect(report.after).toEqual(report.before);
    },
    70_000,
  );
});

describe('a host that ends at a random moment', () => {
  it('leaves no process, no control group and no temporary file', async () => {
    const report = await runFaultProgram('host-killer', ['12', SEED], 80_000);
    expect(report.faults, `seed ${SEED}`).toEqual([]);
    expect(report.after).toEqual(report.before);
  }, 90_000);
});
