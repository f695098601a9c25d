import { isMarketplaceError } from '@agentmesh/errors';
import type { Dependency } from '@agentmesh/manifest';
import type { Combination } from '@agentmesh/solver';
import type { Candidate, Offer, Refusal, SelectionProblem, Target } from './candidate.js';
import type { Choice } from './choice.js';
import { StartOver } from './start-over.js';

/** What the rounds of a selection have found out so far. */
export class Knowledge<C extends Candidate> {
  readonly problem: SelectionProblem<C>;
  readonly targets: ReadonlyMap<string, readonly Target<C>[]>;
  /** Circles of needs that were met. */
  readonly circles: Combination<Choice<C>>[] = [];
  readonly #offers = new Map<string, Promise<Offer<C>>>();
  readonly #known = new Map<string, Offer<C>>();
  /** Installed plugins whose other versions were looked up. */
  readonly #lookedUp = new Set<string>();
  /** Names that something on the way in needs. */
  readonly #mentioned = new Set<string>();
  /** Installed plugins that do not move, as nothing on the way in needs them. */
  readonly #held = new Set<string>();
  readonly #pinned = new Set<string>();
  readonly #refusals = new Map<C, Promise<Refusal | undefined>>();
  readonly #unreadable = new Map<C, Refusal>();

  constructor(problem: SelectionProblem<C>) {
    this.problem = problem;
    const { root, installed, move = new Set<string>() } = problem;
    this.targets = Map.groupBy(isList(root) ? root : [root], ({ name }) => name);
    for (const name of move === 'all' ? installed.keys() : move) this.#lookedUp.add(name);
    for (const name of [...this.targets.keys(), ...this.#lookedUp, ...(problem.overrides?.keys() ?? [])]) {
      this.#mentioned.add(name);
    }
  }

  /** The candidates of a name and whether the registry may have more of it. */
  async choicesOf(name: string): Promise<readonly Choice<C>[]> {
    const targets = this.targets.get(name);
    if (targets !== undefined) return inOrder(targets.flatMap(({ candidates }) => candidates));
    const installed = this.problem.installed.get(name);
    if (installed === undefined) return inOrder((await this.#offerOf(name)).candidates);
    if (this.isHeld(name)) return [{ candidate: installed }];
    if (!this.#lookedUp.has(name)) return [{ candidate: installed }, { candidate: undefined }];
    const { candidates } = await this.#offerOf(name);
    return this.isMoving(name) ? inOrder(withInstalled(candidates, installed)) : keepFirst(installed, candidates);
  }

  /** Looks up what else there is of an installed plugin, if it may move, and has the search start over. */
  lookUp(name: string): StartOver {
    (this.#mentioned.has(name) ? this.#lookedUp : this.#held).add(name);
    return new StartOver();
  }

  /** Notes what a candidate needs. Throws StartOver when that lets a plugin move which was held. */
  mention({ name, dependencies }: C): void {
    if (this.problem.installed.has(name) && !this.#mentioned.has(name)) return;
    let changed = false;
    for (const dependency of dependencies) {
      this.#mentioned.add(dependency.name);
      changed = this.#held.delete(dependency.name) || changed;
    }
    if (changed) throw new StartOver();
  }

  /** From now on these installed plugins do not move. */
  pin(names: Iterable<string>): void {
    for (const name of names) this.#pinned.add(name);
  }

  isHeld(name: string): boolean {
    return this.#pinned.has(name) || this.#held.has(name);
  }

  isMoving(name: string): boolean {
    const { move } = this.problem;
    return move === 'all' || move?.has(name) === true;
  }

  /** Why nothing of a name is offered, where that was said. */
  missing(name: string): Refusal | undefined {
    return this.targets.get(name)?.find(({ missing }) => missing)?.missing ?? this.#known.get(name)?.missing;
  }

  /** What the caller has against a candidate. */
  refusalOf(candidate: C): Promise<Refusal | undefined> {
    const known = this.#refusals.get(candidate) ?? this.problem.refuse?.(candidate) ?? Promise.resolve(undefined);
    this.#refusals.set(candidate, known);
    return known;
  }

  /** The dependencies of a candidate, or why they cannot be read. */
  dependenciesOf(candidate: C): readonly Dependency[] | Refusal {
    const refusal = this.#unreadable.get(candidate);
    if (refusal !== undefined) return refusal;
    try {
      return candidate.dependencies;
    } catch (error) {
      if (!isMarketplaceError(error)) throw error;
      const unreadable = { reason: 'has a manifest that breaks the rules', code: error.code, cause: error };
      this.#unreadable.set(candidate, unreadable);
      return unreadable;
    }
  }

  async #offerOf(name: string): Promise<Offer<C>> {
    const asked = this.#offers.get(name) ?? this.problem.offer(name);
    this.#offers.set(name, asked);
    const offer = await asked;
    this.#known.set(name, offer);
    return offer;
  }
}

function isList<C extends Candidate>(root: Target<C> | readonly Target<C>[]): root is readonly Target<C>[] {
  return Array.isArray(root);
}

/** As offered, the last resorts last. */
function inOrder<C extends Candidate>(candidates: readonly C[]): readonly Choice<C>[] {
  const first = candidates.filter(({ lastResort }) => lastResort === undefined);
  const last = candidates.filter(({ lastResort }) => lastResort !== undefined);
  return [...first, ...last].map((candidate) => ({ candidate }));
}

function keepFirst<C extends Candidate>(installed: C, candidates: readonly C[]): readonly Choice<C>[] {
  const others = candidates.filter(({ version }) => version !== installed.version);
  return [{ candidate: installed }, ...inOrder(others)];
}

/** The installed plugin in the place of the same version. */
function withInstalled<C extends Candidate>(candidates: readonly C[], installed: C): readonly C[] {
  const listed = candidates.some(({ version }) => version === installed.version);
  const replaced = candidates.map((candidate) => (candidate.version === installed.version ? installed : candidate));
  return listed ? replaced : [...replaced, installed];
}
