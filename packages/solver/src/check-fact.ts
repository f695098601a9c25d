import type { Proof, ProofStep } from './proof.js';
import type { ProofFacts } from './proof-facts.js';
import { common, fitting, NOTHING, possibilities, versionAt } from './proof-sets.js';
import type { Combination, Requirement } from './provider.js';

/** Checks a step that is said to follow from no other; answers what is wrong with it. */
export async function checkFact<V>(
  proof: Proof<V>,
  step: ProofStep<V>,
  facts: ProofFacts<V>,
): Promise<string | undefined> {
  const { cause } = step;
  switch (cause.kind) {
    case 'root':
      if (!facts.root.includes(cause.requirement)) return 'nobody asked for it';
      return checkTarget(proof, step, cause.requirement);
    case 'dependency':
      return checkDependency(proof, step, { ...cause, facts });
    case 'unusable':
      return checkUnusable(proof, step, { ...cause, facts });
    case 'forbidden':
      return checkForbidden(proof, step, { ...cause, facts });
    case 'derived':
      return 'not a fact';
  }
}

async function checkDependency<V>(
  proof: Proof<V>,
  step: ProofStep<V>,
  {
    name,
    requirement,
    facts,
  }: { readonly name: string; readonly requirement: Requirement<V>; readonly facts: ProofFacts<V> },
): Promise<string | undefined> {
  const fits = fitting(proof, requirement);
  const needing = possibilities(proof, step, name);
  if (needing.has(NOTHING)) return `it is not about versions of ${name}`;
  for (const place of needing) {
    if (name === requirement.name && fits.has(place)) return 'a version that meets its own need';
    const needs = await facts.provider.dependencies(name, versionAt(proof, name, place));
    // Of what cannot be picked anything may be said.
    if ('unusable' in needs) continue;
    const stated = needs.filter((one) => one.name === requirement.name);
    if (!stated.some((one) => [...fitting(proof, one)].every((fit) => fits.has(fit))))
      return `${name} states no such need`;
  }
  return name === requirement.name ? undefined : checkTarget(proof, step, requirement);
}

async function checkUnusable<V>(
  proof: Proof<V>,
  step: ProofStep<V>,
  { reason, facts }: { readonly reason: string; readonly facts: ProofFacts<V> },
): Promise<string | undefined> {
  const [term] = step.terms;
  if (term === undefined || step.terms.length > 1) return 'it is not about one name';
  for (const place of possibilities(proof, step, term.name)) {
    if (place === NOTHING) return 'it forbids to leave a name out';
    const needs = await facts.provider.dependencies(term.name, versionAt(proof, term.name, place));
    if (!('unusable' in needs) || needs.unusable !== reason) return `${term.name} can be used`;
  }
  return undefined;
}

function checkForbidden<V>(
  proof: Proof<V>,
  step: ProofStep<V>,
  { combination, facts }: { readonly combination: Combination<V>; readonly facts: ProofFacts<V> },
): string | undefined {
  if (facts.forbidden?.includes(combination) !== true) return 'nobody forbids it';
  for (const requirement of combination.of) {
    const allowed = fitting(proof, requirement);
    if ([...possibilities(proof, step, requirement.name)].some((place) => !allowed.has(place))) {
      return `it forbids more about ${requirement.name} than the combination`;
    }
  }
  return undefined;
}

/** What a need leaves over must lie outside of what meets it. */
function checkTarget<V>(proof: Proof<V>, step: ProofStep<V>, requirement: Requirement<V>): string | undefined {
  if (!proof.versions.has(requirement.name)) return `it does not say which versions of ${requirement.name} there are`;
  const claimed = possibilities(proof, step, requirement.name);
  const allowed = common(claimed, fitting(proof, requirement));
  return allowed.size === 0 ? undefined : `it forbids what ${requirement.name} may be`;
}
