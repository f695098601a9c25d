import { checkProof, solve } from '@agentmesh/solver';
import { describe, expect, it } from 'vitest';
import {
  drift,
  ladder,
  type PlainGraph,
  tenThousandVersions,
  thousandPlugins,
  toQuestion,
} from '../bench/large-graphs.js';

/** Solves within a number of steps, which unlike a time is the same on every machine. */
async function solveWithin(graph: PlainGraph, maxSteps: number): ReturnType<typeof solve<number>> {
  const { root, provider } = toQuestion(graph);
  return solve(root, provider, { limits: { maxSteps } });
}

describe('a large graph', () => {
  it('of 1,000 plugins takes few steps', async () => {
    const found = await solveWithin(thousandPlugins(), 500_000);
    expect(found.solved && found.selected.size).toBe(1_000);
  });

  it('of 10,000 versions that lead nowhere but one does not multiply', async () => {
    const found = await solveWithin(tenThousandVersions(), 1_000_000);
    expect(found.solved && Object.fromEntries(found.selected)).toEqual({ a: 0, b: 0, c: 0 });
  });

  it('whose constraints lie many decisions apart is solved', async () => {
    const found = await solveWithin(drift(40), 1_500_000);
    expect(found.solved && found.selected.size).toBe(42);
    expect(found.solved && found.selected.get('last')).toBe(24);
  });

  it('of many versions without a solution is refuted by a proof that holds', async () => {
    const { root, provider } = toQuestion(ladder(40));
    const found = await solve(root, provider, { limits: { maxSteps: 1_000_000 } });
    if (found.solved) throw new Error('Solved');
    expect(found.explain()).toMatch(/p0 >=0,<40 cannot be installed\.$/);
    expect(await checkProof(found.proof, { root, provider })).toBeUndefined();
  });
});
