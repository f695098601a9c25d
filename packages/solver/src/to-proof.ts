import { type Cause, type Incompatibility, setOf, type Term } from './incompatibility.js';
import { has, type IndexSet, intersect, isEqual, range, union } from './index-set.js';
import type { Proof, ProofCause, ProofStep, ProofTerm } from './proof.js';
import type { Subject } from './subject.js';
import { toPlaces } from './version-order.js';

type Terms<V> = readonly Term<V>[];

/** A proof being written. */
interface Draft<V> {
  readonly places: Map<Incompatibility<V>, number>;
  readonly versions: Map<string, readonly V[]>;
  readonly steps: ProofStep<V>[];
}

/** The proof that ends in an incompatibility: it and all that it follows from, causes first. */
export function toProof<V>(end: Incompatibility<V>): Proof<V> {
  const draft: Draft<V> = { places: new Map(), versions: new Map(), steps: [] };
  const stack = [end];
  for (let one = stack.at(-1); one !== undefined; one = stack.at(-1)) {
    const open = draft.places.has(one) ? [] : causesOf(one).filter((cause) => !draft.places.has(cause));
    if (open.length > 0) {
      // One by one, since a list of thousands is no list of arguments.
      for (const cause of open) stack.push(cause);
      continue;
    }
    stack.pop();
    if (!draft.places.has(one)) write(draft, one);
  }
  return { versions: draft.versions, steps: draft.steps };
}

function causesOf<V>({ cause }: Incompatibility<V>): readonly Incompatibility<V>[] {
  return cause.kind === 'derived' ? [cause.from, ...cause.by.map((step) => step.cause)] : [];
}

function write<V>(draft: Draft<V>, one: Incompatibility<V>): void {
  const { cause } = one;
  if (cause.kind === 'derived') writeDerived(draft, cause);
  else {
    if ('on' in cause) note(draft, cause.on);
    writeStep(draft, one.terms, toFact(cause));
  }
  draft.places.set(one, draft.steps.length - 1);
}

/** The search keeps only the end of a chain of resolutions; here every link gets its step. */
function writeDerived<V>(draft: Draft<V>, { from, by }: Extract<Cause<V>, { readonly kind: 'derived' }>): void {
  let terms: Terms<V> = from.terms;
  let place = draft.places.get(from) ?? -1;
  for (const { cause, pivot } of by) {
    terms = resolvent(terms, cause.terms, pivot);
    const other = draft.places.get(cause) ?? -1;
    place = writeStep(draft, terms, { kind: 'derived', from: [place, other], pivot: pivot.name });
  }
}

function writeStep<V>(draft: Draft<V>, terms: Terms<V>, cause: ProofCause<V>): number {
  for (const { subject } of terms) note(draft, subject);
  return draft.steps.push({ terms: terms.map(toTerm), cause }) - 1;
}

function note<V>({ versions }: Draft<V>, { name, order }: Subject<V>): void {
  versions.set(name, order.ascending);
}

/**
 * What follows from two steps that meet in a subject: whichever of the two sets it lies in, one of them forbids the rest (the
 * rule of resolution).
 */
function resolvent<V>(a: Terms<V>, b: Terms<V>, pivot: Subject<V>): Terms<V> {
  const sets = new Map<Subject<V>, IndexSet>(a.map(({ subject, set }) => [subject, set]));
  for (const { subject, set } of b) {
    const known = sets.get(subject);
    if (subject === pivot) sets.set(subject, union(setOf({ terms: a }, subject), set));
    else sets.set(subject, known === undefined ? set : intersect(known, set));
  }
  if (isEqual(sets.get(pivot) ?? [], range(0, pivot.size))) sets.delete(pivot);
  return Array.from(sets, ([subject, set]) => ({ subject, set }));
}

function toTerm<V>({ subject, set }: Term<V>): ProofTerm {
  const { order, name, size } = subject;
  return { name, places: toPlaces(order, set), orNone: has(set, size - 1) };
}

function toFact<V>(cause: Exclude<Cause<V>, { readonly kind: 'derived' }>): ProofCause<V> {
  switch (cause.kind) {
    case 'dependency':
      return { kind: 'dependency', name: cause.subject.name, requirement: cause.requirement };
    case 'root':
      return { kind: 'root', requirement: cause.requirement };
    case 'unusable':
    case 'forbidden':
      return cause;
  }
}
