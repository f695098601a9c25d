import { Budget } from './budget.js';
import { Catalogue } from './catalogue.js';
import { chooseSubject } from './choose-subject.js';
import { explainProof } from './explain-proof.js';
import type { Incompatibility } from './incompatibility.js';
import { NeedsTable } from './needs-table.js';
import { poseQuestion } from './pose-question.js';
import type { Proof } from './proof.js';
import { holdsBut, propagate } from './propagate.js';
import type { Provider, RootRequirement } from './provider.js';
import { resolveConflict } from './resolve-conflict.js';
import { createSearch, decide, type Search } from './search.js';
import type { NoSolution, Solution, SolveOptions } from './solution.js';
import { DEFAULT_SOLVER_LIMITS } from './solver-limits.js';
import type { Subject } from './subject.js';
import { toProof } from './to-proof.js';

/**
 * Picks one version of every name that the root needs, directly or through others, so that every need of every picked version
 * holds; or proves that none do. PubGrub: conflict-driven, complete, and deterministic for a provider that answers alike.
 * Names may need each other in circles.
 *
 * @param root needs; what is named first is decided first
 * @returns newest first, by the provider's order of preference
 * @throws MarketplaceError `SOLVER_LIMIT` when a limit is met; what the provider throws; the signal's reason
 * @see https://nex3.medium.com/pubgrub-2fb6470504f the description of the algorithm by its author
 */
export async function solve<V>(
  root: readonly RootRequirement<V>[],
  provider: Provider<V>,
  { limits: given = {}, signal, forbidden = [] }: SolveOptions<V> = {},
): Promise<Solution<V> | NoSolution<V>> {
  const limits = { ...DEFAULT_SOLVER_LIMITS, ...given };
  const budget = new Budget(limits, signal);
  signal?.throwIfAborted();
  const catalogue = new Catalogue(provider, limits, budget);
  const search = createSearch(catalogue, budget);
  const failure = (await poseQuestion(search, root, forbidden)) ?? (await run(search));
  if (failure === undefined) return { solved: true, selected: selectionOf(search) };
  return denial(failure, provider, root);
}

/** A proof is long where many tries failed, and is written when somebody asks for it. */
function denial<V>(
  failure: Incompatibility<V>,
  provider: Provider<V>,
  root: readonly RootRequirement<V>[],
): NoSolution<V> {
  let written: Proof<V> | undefined;
  return {
    solved: false,
    get proof() {
      written ??= toProof(failure);
      return written;
    },
    explain() {
      return explainProof(this.proof, provider, root);
    },
  };
}

async function run<V>(search: Search<V>): Promise<Incompatibility<V> | undefined> {
  const { budget, catalogue } = search;
  const needs = new NeedsTable(search);
  for (;;) {
    await budget.rest();
    const conflict = propagate(search);
    if (conflict !== undefined) {
      const failure = resolveConflict(search, conflict);
      if (failure !== undefined) return failure;
      continue;
    }
    const subject = chooseSubject(catalogue.subjects);
    if (subject === undefined) return undefined;
    await tryVersion(search, needs, subject);
  }
}

/** Picks a subject's best version, unless what it needs is known to be impossible: then propagation rules it out. */
async function tryVersion<V>(search: Search<V>, needs: NeedsTable<V>, subject: Subject<V>): Promise<void> {
  const [best] = subject.domain;
  if (best === undefined) throw new TypeError(`Nothing left of ${subject.name}`);
  const against = await needs.learn(subject, best);
  const broken = against.filter((one) => holdsBut(one, subject));
  if (broken.length > 0) search.fresh.push(...broken);
  else decide(search, subject, best);
}

function selectionOf<V>({ trail }: Search<V>): ReadonlyMap<string, V> {
  const selected = new Map<string, V>();
  for (const { subject, cause, after } of trail) {
    const version = subject.versions[after[0] ?? -1];
    if (cause === undefined && version !== undefined) selected.set(subject.name, version);
  }
  return selected;
}
