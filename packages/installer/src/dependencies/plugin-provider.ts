import type { Needs, Provider, Requirement, VersionSet } from '@agentmesh/solver';
import type { Candidate, Refusal } from './candidate.js';
import { type Choice, choiceSet, compareChoices } from './choice.js';
import type { Knowledge } from './knowledge.js';
import { rangeSet } from './range-sets.js';

/** What the solver is told of plugins in one round. */
export interface PluginProvider<C extends Candidate> extends Provider<Choice<C>> {
  /** The choices whose version meets a range; with a second text, said like that. Throws `RANGE_INVALID`. */
  rangeOf(range: string, text?: string): VersionSet<Choice<C>>;
  /** The refusal that the solver was told as a reason. */
  refusalOf(name: string, reason: string): Refusal | undefined;
  /** Why nothing of a name is offered, where that was said. */
  missing(name: string): Refusal | undefined;
  /** Whether versions of last resort were met and kept out. */
  keptOut(): boolean;
}

/**
 * Hands plugins to the solver.
 *
 * @param lastResort whether versions of last resort may be picked
 */
export function createPluginProvider<C extends Candidate>(
  knowledge: Knowledge<C>,
  lastResort: boolean,
): PluginProvider<C> {
  const sets = new Map<string, VersionSet<Choice<C>>>();
  const refusals = new Map<string, Refusal>();
  const needs = new Map<C, Needs<Choice<C>>>();
  const { overrides } = knowledge.problem;
  let keptOut = false;

  const rangeOf = (range: string, text?: string): VersionSet<Choice<C>> => {
    const key = `${range}\n${text}`;
    const known = sets.get(key) ?? makeSet<C>(range, text);
    sets.set(key, known);
    return known;
  };
  const toNeed = (name: string, range: string): Requirement<Choice<C>> => {
    const forced = overrides?.get(name);
    if (forced === undefined) return { name, versions: rangeOf(range) };
    return { name, versions: rangeOf(forced, `${rangeOf(forced)} (forced by an override)`) };
  };
  const refuse = (name: string, refusal: Refusal): Needs<Choice<C>> => {
    refusals.set(`${name}\n${refusal.reason}`, refusal);
    return { unusable: refusal.reason };
  };
  /** All but what has to be asked for. */
  const stated = (candidate: C): Needs<Choice<C>> => {
    const { name } = candidate;
    if (candidate.refusal !== undefined) return refuse(name, candidate.refusal);
    if (candidate.lastResort !== undefined && !lastResort) {
      keptOut = true;
      return refuse(name, { reason: candidate.lastResort });
    }
    const dependencies = knowledge.dependenciesOf(candidate);
    if ('reason' in dependencies) return refuse(name, dependencies);
    return dependencies.map((dependency) => toNeed(dependency.name, dependency.range));
  };
  const needsOf = (candidate: C): Needs<Choice<C>> => {
    const known = needs.get(candidate) ?? stated(candidate);
    needs.set(candidate, known);
    return known;
  };

  return {
    rangeOf,
    refusalOf: (name, reason) => refusals.get(`${name}\n${reason}`),
    missing: (name) => knowledge.missing(name),
    keptOut: () => keptOut,
    compare: compareChoices,
    versions: (name) => knowledge.choicesOf(name),
    format: ({ candidate }) => candidate?.version ?? 'another version',
    describe: (name) => knowledge.missing(name)?.reason,
    peek: (_, { candidate }) => candidate && needsOf(candidate),
    dependencies: async (name, { candidate }) => {
      if (candidate === undefined) throw knowledge.lookUp(name);
      const found = needsOf(candidate);
      if ('unusable' in found) return found;
      const refusal = await knowledge.refusalOf(candidate);
      if (refusal !== undefined) return refuse(name, refusal);
      knowledge.mention(candidate);
      return found;
    },
  };
}

function makeSet<C extends Candidate>(range: string, text: string | undefined): VersionSet<Choice<C>> {
  const set = rangeSet(range);
  return choiceSet(set, text ?? set.toString());
}
