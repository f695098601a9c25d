import type { ProofStep } from '@agentmesh/solver';
import type { Candidate } from './candidate.js';
import type { Choice } from './choice.js';
import type { PluginProvider } from './plugin-provider.js';

/** Versions of one fact that are listed; more are left out. */
const MAX_VERSIONS = 100;

/** One of the facts that together leave nothing to install, as data. */
export interface ConflictFact {
  /**
   * `asked`: a range that was asked for, or a plugin that is installed; `needs`: a dependency; `refused`: versions that may not be
   * picked, or a name of which there is none; `circle`: plugins that need each other.
   */
  readonly kind: 'asked' | 'needs' | 'refused' | 'circle';
  /** Whose versions it is about; unset for a circle. */
  readonly name?: string;
  /** The versions it is about, ascending, at most 100; unset where it is about none. */
  readonly versions?: readonly string[];
  /** What they need, or what was asked for. */
  readonly needs?: { readonly name: string; readonly range: string };
  readonly reason?: string;
  /** Code of the refusal. */
  readonly code?: string;
}

type Step<C extends Candidate> = ProofStep<Choice<C>>;
type VersionsOf<C extends Candidate> = ReadonlyMap<string, readonly Choice<C>[]>;

/** The facts that a proof rests on; none for a derived step. */
export function conflictFacts<C extends Candidate>(
  { cause, terms }: Step<C>,
  versions: VersionsOf<C>,
  provider: PluginProvider<C>,
): readonly ConflictFact[] {
  switch (cause.kind) {
    case 'root': {
      const { name, reason } = cause.requirement;
      const needs = { name, range: cause.requirement.versions.toString() };
      const asked: ConflictFact = { kind: 'asked', name, needs, ...(reason === undefined ? {} : { reason }) };
      return [asked, ...missing(name, versions, provider)];
    }
    case 'dependency': {
      const { name } = cause.requirement;
      const needs = { name, range: cause.requirement.versions.toString() };
      const own = { kind: 'needs' as const, name: cause.name, versions: about(terms, versions, cause.name), needs };
      return [own, ...missing(name, versions, provider)];
    }
    case 'unusable': {
      const name = terms[0]?.name ?? '';
      const { reason } = cause;
      const { code } = provider.refusalOf(name, reason) ?? {};
      return [{ kind: 'refused', name, versions: about(terms, versions, name), reason, ...optional(code) }];
    }
    case 'forbidden':
      return [{ kind: 'circle', reason: cause.combination.reason }];
    case 'derived':
      return [];
  }
}

/** A name without any version is refused as a whole, where the offer says why. */
function missing<C extends Candidate>(
  name: string,
  versions: VersionsOf<C>,
  provider: PluginProvider<C>,
): readonly ConflictFact[] {
  const refusal = provider.missing(name);
  if (refusal === undefined || (versions.get(name)?.length ?? 0) > 0) return [];
  return [{ kind: 'refused', name, reason: refusal.reason, ...optional(refusal.code) }];
}

function optional(code: string | undefined): Pick<ConflictFact, 'code'> {
  return code === undefined ? {} : { code };
}

function about<C extends Candidate>(terms: Step<C>['terms'], versions: VersionsOf<C>, name: string): readonly string[] {
  const { places = [] } = terms.find((term) => term.name === name && !term.orNone) ?? {};
  const found: string[] = [];
  for (let at = 0; at < places.length; at += 2) {
    for (const { candidate } of versions.get(name)?.slice(places[at], places[at + 1]) ?? []) {
      if (candidate !== undefined && found.length < MAX_VERSIONS) found.push(candidate.version);
    }
  }
  return found;
}
