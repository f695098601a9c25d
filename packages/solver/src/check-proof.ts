import { checkFact } from './check-fact.js';
import type { Proof, ProofStep } from './proof.js';
import type { ProofFacts } from './proof-facts.js';
import { common, possibilities } from './proof-sets.js';

/**
 * Checks a proof step by step, independently of how it was found: every fact is asked of the provider anew, every derived step
 * has to follow from its two causes, and the last has to have no terms.
 *
 * @returns the first thing that is wrong, in words; undefined for a sound proof
 */
export async function checkProof<V>(proof: Proof<V>, facts: ProofFacts<V>): Promise<string | undefined> {
  for (const [name, versions] of proof.versions) {
    const there = await facts.provider.versions(name);
    const missing = there.find((version) => !versions.some((one) => facts.provider.compare(one, version) === 0));
    if (missing !== undefined) return `the proof leaves out ${name} ${String(missing)}`;
  }
  for (const [at, step] of proof.steps.entries()) {
    const wrong = step.cause.kind === 'derived' ? checkDerived(proof, at) : await checkFact(proof, step, facts);
    if (wrong !== undefined) return `step ${at}: ${wrong}`;
  }
  return proof.steps.at(-1)?.terms.length === 0 ? undefined : 'the last step leaves something possible';
}

function checkDerived<V>(proof: Proof<V>, at: number): string | undefined {
  const step = proof.steps[at];
  if (step?.cause.kind !== 'derived') return 'not a derived step';
  const { from, pivot } = step.cause;
  const [a, b] = from.map((place) => (place < at ? proof.steps[place] : undefined));
  if (a === undefined || b === undefined) return 'it follows from nothing before it';
  for (const name of namesOf([a, b])) {
    const inA = possibilities(proof, a, name);
    const inB = possibilities(proof, b, name);
    const allowed = name === pivot ? [inA, inB] : [common(inA, inB)];
    // The step may claim less than follows, never more.
    if (![...possibilities(proof, step, name)].every((place) => allowed.some((set) => set.has(place))))
      return `it claims too much about ${name}`;
  }
  return undefined;
}

function namesOf<V>(steps: readonly ProofStep<V>[]): ReadonlySet<string> {
  return new Set(steps.flatMap(({ terms }) => terms.map(({ name }) => name)));
}
