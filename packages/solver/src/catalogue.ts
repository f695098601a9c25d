import type { Budget } from './budget.js';
import { fromAscending, type IndexSet } from './index-set.js';
import type { Needs, Provider } from './provider.js';
import { limitMet, type SolverLimits } from './solver-limits.js';
import { createSubject, type Subject } from './subject.js';
import { orderVersions, toPositions } from './version-order.js';
import type { VersionSet } from './version-set.js';

/** The provider's answers, each asked for once. */
export class Catalogue<V> {
  readonly provider: Provider<V>;
  readonly #limits: SolverLimits;
  readonly #budget: Budget;
  readonly #subjects = new Map<string, Subject<V>>();
  readonly #sets = new Map<Subject<V>, WeakMap<VersionSet<V>, IndexSet>>();

  constructor(provider: Provider<V>, limits: SolverLimits, budget: Budget) {
    this.provider = provider;
    this.#limits = limits;
    this.#budget = budget;
  }

  /** Every name that was looked up, in order. */
  get subjects(): Iterable<Subject<V>> {
    return this.#subjects.values();
  }

  /** Looks up the names that are new, all at once. Throws `SOLVER_LIMIT`; what the provider throws. */
  async load(names: Iterable<string>): Promise<void> {
    const missing = [...new Set(names)].filter((name) => !this.#subjects.has(name));
    if (missing.length === 0) return;
    const { maxNames } = this.#limits;
    if (!(this.#subjects.size + missing.length <= maxNames)) throw limitMet('Too many names', 'maxNames', maxNames);
    const lists = await this.#budget.wait(Promise.all(missing.map((name) => this.provider.versions(name))));
    missing.forEach((name, at) => {
      this.#subjects.set(name, this.#toSubject(name, lists[at] ?? []));
    });
  }

  /** The subject of a name that was loaded. */
  get(name: string): Subject<V> {
    const subject = this.#subjects.get(name);
    if (subject === undefined) throw new TypeError(`${name} was not loaded`);
    return subject;
  }

  /** The positions of a set's members. */
  select(subject: Subject<V>, versions: VersionSet<V>): IndexSet {
    const known = this.#sets.get(subject) ?? new WeakMap<VersionSet<V>, IndexSet>();
    this.#sets.set(subject, known);
    const found = known.get(versions);
    if (found !== undefined) return found;
    const set = this.#toIndexSet(subject, versions);
    known.set(versions, set);
    return set;
  }

  /** What a version needs. Throws `SOLVER_LIMIT`; what the provider throws. */
  async needsOf({ name, versions }: Subject<V>, index: number): Promise<Needs<V>> {
    const version = versions[index];
    if (version === undefined) throw new TypeError(`No version ${index} of ${name}`);
    const answer = this.provider.dependencies(name, version);
    const needs = answer instanceof Promise ? await this.#budget.wait(answer) : answer;
    const { maxDependencies } = this.#limits;
    if (!('unusable' in needs) && !(needs.length <= maxDependencies)) {
      const what = `Too many dependencies of ${name} ${this.format(version)}`;
      throw limitMet(what, 'maxDependencies', maxDependencies);
    }
    return needs;
  }

  format(version: V): string {
    return this.provider.format?.(version) ?? String(version);
  }

  #toSubject(name: string, given: readonly V[]): Subject<V> {
    const { maxVersions } = this.#limits;
    if (!(given.length <= maxVersions)) throw limitMet(`Too many versions of ${name}`, 'maxVersions', maxVersions);
    const compare = (a: V, b: V): number => this.provider.compare(a, b);
    return createSubject(name, orderVersions(given, compare));
  }

  #toIndexSet({ versions, order }: Subject<V>, set: VersionSet<V>): IndexSet {
    if (set.select !== undefined) return toPositions(order, set.select(order.ascending));
    this.#budget.spend(versions.length);
    return fromAscending(positionsWhere(versions, (version) => set.has(version)));
  }
}

function* positionsWhere<V>(versions: readonly V[], holds: (version: V) => boolean): Generator<number> {
  for (const [position, version] of versions.entries()) if (holds(version)) yield position;
}
