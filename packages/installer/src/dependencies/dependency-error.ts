import { isMarketplaceError, MarketplaceError, type MarketplaceErrorOptions, printable } from '@agentmesh/errors';
import type { NoSolution } from '@agentmesh/solver';
import type { Candidate, Refusal } from './candidate.js';
import type { Choice } from './choice.js';
import { type ConflictFact, conflictFacts } from './conflict-facts.js';
import type { PluginProvider } from './plugin-provider.js';

const HINTS: Readonly<Record<string, string>> = {
  DEPENDENCY_CYCLE: 'One of them has to drop its dependency; its author can.',
  HOST_TOO_OLD: 'Update agentmesh, or ask for an older version.',
  VERSION_TOO_YOUNG: 'Wait until it is old enough, ask for an older version, or lower the minimum age.',
  VERSION_NOT_FOUND: 'Ask for another version.',
};

/** Nothing fits. The message is the proof in prose, a step a line; `facts` is what it rests on, as data. */
export class DependencyError extends MarketplaceError {
  readonly facts: readonly ConflictFact[];

  constructor(message: string, options: MarketplaceErrorOptions & { readonly facts: readonly ConflictFact[] }) {
    super(message, options);
    this.name = 'DependencyError';
    this.facts = options.facts;
  }
}

/** The error of a search that proved that nothing fits. */
export function conflict<C extends Candidate>(
  denial: NoSolution<Choice<C>>,
  provider: PluginProvider<C>,
): DependencyError {
  const { steps, versions } = denial.proof;
  const facts = steps.flatMap((step) => conflictFacts(step, versions, provider));
  const code = codeOf(facts);
  const cause = facts.map((fact) => refusalOf(fact, code, provider)?.cause).find((one) => one !== undefined);
  const findings = isMarketplaceError(cause) ? cause.findings : [];
  return new DependencyError(denial.explain(), { code, hint: hintOf(code, facts, cause), cause, findings, facts });
}

/** `DEPENDENCY_UNSATISFIED`: the search was given up. */
export function tooComplex(names: readonly string[], cause?: unknown): MarketplaceError {
  const shown = names.map((name) => printable(name)).join(', ');
  return new MarketplaceError(`Gave up looking for versions that fit together for ${shown}`, {
    code: 'DEPENDENCY_UNSATISFIED',
    hint: 'Narrow the ranges of what is asked for, or install some of the dependencies by version first.',
    cause,
  });
}

/** The refusal that gave the error its code. */
function refusalOf<C extends Candidate>(
  { kind, name = '', reason = '', code }: ConflictFact,
  wanted: string,
  provider: PluginProvider<C>,
): Refusal | undefined {
  if (kind !== 'refused' || code !== wanted) return undefined;
  return provider.refusalOf(name, reason) ?? provider.missing(name);
}

function codeOf(facts: readonly ConflictFact[]): string {
  if (facts.some(({ kind }) => kind === 'circle')) return 'DEPENDENCY_CYCLE';
  const refused = facts.filter(({ kind }) => kind === 'refused');
  const codes = new Set(refused.map(({ code }) => code));
  const [only] = codes;
  if (codes.size === 1 && only !== undefined) return only;
  const others = facts.some(({ kind, reason }) => kind === 'needs' || (kind === 'asked' && reason !== undefined));
  return others ? 'DEPENDENCY_UNSATISFIED' : 'VERSION_NOT_FOUND';
}

function hintOf(code: string, facts: readonly ConflictFact[], cause: unknown): string {
  if (isMarketplaceError(cause) && cause.hint !== undefined) return cause.hint;
  const known = HINTS[code];
  if (known !== undefined) return known;
  if (facts.some(({ kind, reason }) => kind === 'asked' && reason?.startsWith('an override'))) {
    return 'Change or remove the override.';
  }
  const installed = facts.filter(({ kind, reason }) => kind === 'asked' && reason?.endsWith('is installed'));
  const names = [...new Set(installed.map(({ name }) => printable(name ?? '')))];
  if (names.length === 0) {
    return 'Ask for another version, or publish one that fits.';
  }
  return `Ask for another version, or update or uninstall ${names.slice(0, 5).join(', ')}.`;
}
