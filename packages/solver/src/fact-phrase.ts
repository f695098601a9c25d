import { printable } from '@agentmesh/errors';
import type { ProofCause, ProofStep, ProofTerm } from './proof.js';
import type { Requirement } from './provider.js';
import { versionPhrase } from './version-phrase.js';
import type { Wording } from './wording.js';

/** A step that follows from no other: what the root, a dependency or the provider says. */
export type Fact<V> = ProofStep<V> & { readonly cause: Exclude<ProofCause<V>, { readonly kind: 'derived' }> };

/** A fact in two parts, so that facts about the same can be told in one go. */
export interface FactPhrase {
  /** The name it is about; empty where it is about none or several. */
  readonly name: string;
  /** `every a >=2.0.0`; empty where the rest stands alone. */
  readonly subject: string;
  /** `needs b <1.0.0`. */
  readonly predicate: string;
  /** What stands against it at once: `there is only b 1.0.0`. */
  readonly but: string;
}

/** Puts a fact into words. */
export function factPhrase<V>(wording: Wording<V>, step: Fact<V>): FactPhrase {
  const { cause } = step;
  switch (cause.kind) {
    case 'root':
      return {
        name: '',
        subject: '',
        predicate: rootPhrase(cause.requirement),
        but: butNone(wording, step, cause.requirement),
      };
    case 'dependency': {
      const predicate = `needs ${requirementPhrase(cause.requirement)}`;
      const but = butNone(wording, step, cause.requirement);
      return { name: cause.name, subject: everyOf(wording, step, cause.name), predicate, but };
    }
    case 'unusable': {
      const name = step.terms[0]?.name ?? '';
      return { name, subject: everyOf(wording, step, name), predicate: printable(cause.reason, 500), but: '' };
    }
    case 'forbidden':
      return { name: '', subject: '', predicate: printable(cause.combination.reason, 500), but: '' };
  }
}

/** `b >=2.0.0`. */
export function requirementPhrase<V>({ name, versions }: Requirement<V>): string {
  const range = printable(versions.toString());
  return range === '' ? printable(name) : `${printable(name)} ${range}`;
}

function rootPhrase<V>(requirement: Requirement<V> & { readonly reason?: string }): string {
  return requirement.reason === undefined
    ? `${requirementPhrase(requirement)} is asked for`
    : printable(requirement.reason, 500);
}

/** The versions that a fact is about, as the subject of a sentence. */
function everyOf<V>(wording: Wording<V>, { terms }: ProofStep<V>, name: string): string {
  const term = terms.find((one) => one.name === name && !one.orNone);
  // A need that every version and no version would meet is no fact.
  if (term === undefined) return printable(name);
  return subjectPhrase(wording, term);
}

/** `b 1.0.0`, `every version of b`, `every b >=2.0.0`, `each of b 1.0.0 or 1.2.0`. */
export function subjectPhrase<V>(wording: Wording<V>, term: Pick<ProofTerm, 'name' | 'places'>): string {
  const { kind, name, range, isList } = versionPhrase(wording, term);
  if (kind === 'one') return `${name} ${range}`;
  if (kind === 'all') return `every version of ${name}`;
  return isList ? `each of ${name} ${range}` : `every ${name} ${range}`;
}

/** Where no version meets a need, what there is instead. */
function butNone<V>(wording: Wording<V>, { terms, cause }: ProofStep<V>, { name, versions }: Requirement<V>): string {
  const there = wording.proof.versions.get(name) ?? [];
  const own = cause.kind === 'dependency' && cause.name === name;
  if (own || terms.some((term) => term.name === name) || there.some((version) => versions.has(version))) return '';
  const said = wording.describe(name);
  if (said !== undefined) return `${printable(name)} ${said}`;
  return there.length === 0
    ? `there is no ${printable(name)}`
    : `there is only ${printable(name)} ${newest(wording, there)}`;
}

function newest<V>({ format }: Wording<V>, ascending: readonly V[]): string {
  const shown = ascending.slice(-4).reverse().map(format);
  const rest = ascending.length - shown.length;
  return rest === 0 ? andList(shown) : `${shown.join(', ')} and ${rest} older`;
}

function andList(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
