import { checkProof, type Proof, type ProofStep, solve } from '@agentmesh/solver';
import { describe, expect, it } from 'vitest';
import { graph, need, providerOf } from './graph.js';

const PROVIDER = providerOf(
  graph('a 1.0.0: c >=2.0.0', 'b 1.0.0: c <2.0.0', 'b 2.0.0! is yanked', 'c 1.0.0', 'c 2.0.0'),
);
const ROOT = [need('a'), need('b')];

async function denial(): Promise<Proof<string>> {
  const found = await solve(ROOT, PROVIDER);
  if (found.solved) throw new Error('Solved');
  return found.proof;
}

async function check(change: (step: ProofStep<string>, at: number) => ProofStep<string>): Promise<string | undefined> {
  const proof = await denial();
  return checkProof({ ...proof, steps: proof.steps.map(change) }, { root: ROOT, provider: PROVIDER });
}

describe('checking a proof', () => {
  it('lets a sound one pass', async () => {
    expect(await check((step) => step)).toBeUndefined();
  });

  it('finds a fact that the provider does not state', async () => {
    const forged = need('c >=3.0.0');
    const wrong = await check((step) =>
      step.cause.kind === 'dependency' && step.cause.name === 'a'
        ? { terms: step.terms.filter(({ name }) => name === 'a'), cause: { ...step.cause, requirement: forged } }
        : step,
    );
    expect(wrong).toMatch(/a states no such need$/);
  });

  it('finds a dependency that is said to forbid more than it does', async () => {
    const wrong = await check((step) => ({
      ...step,
      terms: step.terms.map((term) =>
        step.cause.kind === 'dependency' && term.orNone ? { ...term, places: [0, 2] } : term,
      ),
    }));
    expect(wrong).toMatch(/it forbids what c may be$/);
  });

  it('finds a need that nobody stated', async () => {
    const wrong = await check((step) =>
      step.cause.kind === 'root' ? { ...step, cause: { kind: 'root', requirement: need('a') } } : step,
    );
    expect(wrong).toMatch(/nobody asked for it$/);
  });

  it('finds a usable version that is called unusable', async () => {
    const wrong = await check((step) =>
      step.cause.kind === 'unusable' ? { ...step, cause: { kind: 'unusable', reason: 'is bad' } } : step,
    );
    expect(wrong).toMatch(/b can be used$/);
  });

  it('finds a combination that nobody forbids', async () => {
    const wrong = await check((step) =>
      step.cause.kind === 'root'
        ? { ...step, cause: { kind: 'forbidden', combination: { of: [], reason: 'so' } } }
        : step,
    );
    expect(wrong).toMatch(/nobody forbids it$/);
  });

  it('finds a step that does not follow', async () => {
    const wrong = await check((step) => (step.cause.kind === 'derived' ? { ...step, terms: [] } : step));
    expect(wrong).toMatch(/it claims too much about/);
  });

  it('finds a step that follows from a later one', async () => {
    const wrong = await check((step, at) =>
      step.cause.kind === 'derived' ? { ...step, cause: { ...step.cause, from: [at, at] } } : step,
    );
    expect(wrong).toMatch(/it follows from nothing before it$/);
  });

  it('finds an end that is none', async () => {
    const proof = await denial();
    const facts = { root: ROOT, provider: PROVIDER };
    expect(await checkProof({ ...proof, steps: proof.steps.slice(0, -1) }, facts)).toMatch(
      /leaves something possible$/,
    );
    expect(await checkProof({ ...proof, steps: [] }, facts)).toMatch(/leaves something possible$/);
  });

  it('finds a name of which it keeps all versions back', async () => {
    const proof = await denial();
    const versions = new Map([...proof.versions].filter(([name]) => name !== 'c'));
    const steps = proof.steps.map((step) => ({ ...step, terms: step.terms.filter(({ name }) => name !== 'c') }));
    const facts = { root: ROOT, provider: PROVIDER };
    expect(await checkProof({ versions, steps }, facts)).toMatch(/it does not say which versions of c there are$/);
  });

  it('finds versions that were kept back', async () => {
    const proof = await denial();
    const versions = new Map(proof.versions).set('b', ['1.0.0']);
    expect(await checkProof({ ...proof, versions }, { root: ROOT, provider: PROVIDER })).toBe(
      'the proof leaves out b 2.0.0',
    );
  });
});
