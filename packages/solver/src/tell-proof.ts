import type { Fact } from './fact-phrase.js';
import type { Proof, ProofStep } from './proof.js';

/** More facts than this make no sentence. */
const MAX_FACTS = 4;

/** One sentence of a proof: from the sentence before it, from those it refers to and from facts, its step follows. */
export interface Told<V> {
  readonly step: ProofStep<V>;
  readonly facts: readonly Fact<V>[];
  readonly refers: readonly Told<V>[];
}

interface Plan<V> {
  readonly facts: readonly Fact<V>[];
  /** Steps to be told first. */
  readonly before: readonly number[];
}

/** Puts the steps of a proof into the order of a tale: steps that lead to one another join into sentences of a few facts. */
export function tellProof<V>(proof: Proof<V>): readonly Told<V>[] {
  const uses = countUses(proof);
  const told = new Map<number, Told<V>>();
  const tale: Told<V>[] = [];
  const stack = [proof.steps.length - 1];
  for (let at = stack.at(-1); at !== undefined; at = stack.at(-1)) {
    const plan = planOf(proof, at, uses);
    const open = told.has(at) ? [] : plan.before.filter((one) => !told.has(one));
    const [next] = open;
    if (next !== undefined) {
      stack.push(next);
      continue;
    }
    stack.pop();
    if (!told.has(at)) told.set(at, tell({ proof, at, plan }, told, tale));
  }
  return tale;
}

function tell<V>(
  { proof, at, plan }: { readonly proof: Proof<V>; readonly at: number; readonly plan: Plan<V> },
  told: ReadonlyMap<number, Told<V>>,
  tale: Told<V>[],
): Told<V> {
  const before = plan.before.flatMap((one) => told.get(one) ?? []);
  const [only] = before;
  // What adds nothing that is worth saying is its cause told.
  if (plan.facts.length === 0 && before.length === 1 && only !== undefined) return only;
  // The sentence just before needs no number, unless another one is named beside it.
  const refers = before.length > 1 || only !== tale.at(-1) ? before : [];
  const sentence = { step: stepAt(proof, at), facts: plan.facts, refers };
  tale.push(sentence);
  return sentence;
}

function planOf<V>(proof: Proof<V>, at: number, uses: readonly number[]): Plan<V> {
  let { facts, before } = causesOf(proof, at);
  for (let [only] = before; before.length === 1 && only !== undefined && uses[only] === 1; [only] = before) {
    const inner = causesOf(proof, only);
    if (facts.length > 0 && (inner.before.length > 1 || inner.facts.length + facts.length > MAX_FACTS)) break;
    facts = [...inner.facts, ...facts];
    before = inner.before;
  }
  return { facts, before: simplestLast(proof, before) };
}

function causesOf<V>(proof: Proof<V>, at: number): Plan<V> {
  const step = stepAt(proof, at);
  const { cause } = step;
  if (!isDerived(step) || cause.kind !== 'derived') return { facts: isFact(step) ? [step] : [], before: [] };
  const [a, b] = cause.from;
  const facts: Fact<V>[] = [];
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const fact = stepAt(proof, one);
    if (isFact(fact) && !goesWithoutSaying(fact, stepAt(proof, other))) facts.push(fact);
  }
  const target = (fact: Fact<V>): number =>
    fact.cause.kind === 'dependency' && fact.cause.requirement.name === cause.pivot ? 0 : 1;
  return {
    facts: facts.sort((x, y) => target(x) - target(y)),
    before: cause.from.filter((one) => isDerived(stepAt(proof, one))),
  };
}

/** That something is asked for need not be said where the other step says that it cannot be had. */
function goesWithoutSaying<V>({ cause }: Fact<V>, other: ProofStep<V>): boolean {
  if (cause.kind !== 'root' || cause.requirement.reason !== undefined) return false;
  return other.terms.some(({ name, orNone }) => name === cause.requirement.name && !orNone);
}

/** Of two steps the one that is told in one sentence goes last, next to what follows from it. */
function simplestLast<V>(proof: Proof<V>, before: readonly number[]): readonly number[] {
  return before.toSorted((a, b) => depth(proof, b) - depth(proof, a) || a - b);
}

function depth<V>(proof: Proof<V>, at: number): number {
  return causesOf(proof, at).before.length;
}

function countUses<V>({ steps }: Proof<V>): readonly number[] {
  const uses = steps.map(() => 0);
  for (const { cause } of steps) {
    if (cause.kind === 'derived') for (const at of cause.from) uses[at] = (uses[at] ?? 0) + 1;
  }
  return uses;
}

function isDerived<V>({ cause }: ProofStep<V>): boolean {
  return cause.kind === 'derived';
}

function isFact<V>(step: ProofStep<V>): step is Fact<V> {
  return step.cause.kind !== 'derived';
}

function stepAt<V>({ steps }: Proof<V>, at: number): ProofStep<V> {
  const step = steps[at];
  if (step === undefined) throw new TypeError(`A proof without step ${at}`);
  return step;
}
