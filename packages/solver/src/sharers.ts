import type { Budget } from './budget.js';
import { ByNeed, type Need } from './by-need.js';
import type { Needs, Provider } from './provider.js';
import type { Subject } from './subject.js';
import type { VersionSet } from './version-set.js';

/** A version that states a need. */
export interface Sharer<V> {
  readonly index: number;
  /** Undefined for what cannot be used. */
  readonly versions: VersionSet<V> | undefined;
}

/** Looking through all versions costs less than a table of their needs, up to so many times. */
const SCANS = 8;

/** The versions of a subject whose needs are at hand, by what they need. */
export class Sharers<V> {
  readonly #subject: Subject<V>;
  readonly #provider: Provider<V>;
  readonly #budget: Budget;
  #scans = 0;
  #table: ByNeed<Sharer<V>[]> | undefined;

  constructor(subject: Subject<V>, provider: Provider<V>, budget: Budget) {
    this.#subject = subject;
    this.#provider = provider;
    this.#budget = budget;
  }

  /** The versions that state a need in the same words. */
  of(need: Need<V>): readonly Sharer<V>[] {
    if (this.#provider.peek === undefined) return [];
    this.#scans += 1;
    if (this.#table === undefined && this.#scans <= SCANS) return this.#scan(need);
    this.#table ??= this.#tabulate();
    return this.#table.get(need, () => []);
  }

  #scan(need: Need<V>): readonly Sharer<V>[] {
    const found: Sharer<V>[] = [];
    for (const [sharer, other] of this.#stated()) if (isSame(need, other)) found.push(sharer);
    return found;
  }

  #tabulate(): ByNeed<Sharer<V>[]> {
    const table = new ByNeed<Sharer<V>[]>();
    for (const [sharer, need] of this.#stated()) table.get<V>(need, () => []).push(sharer);
    return table;
  }

  *#stated(): Generator<readonly [Sharer<V>, Need<V>]> {
    const { name, versions } = this.#subject;
    for (const [index, version] of versions.entries()) {
      for (const need of listed(this.#provider.peek?.(name, version))) {
        this.#budget.spend(1);
        yield [{ index, versions: 'unusable' in need ? undefined : need.versions }, need];
      }
    }
  }
}

function isSame<V>(a: Need<V>, b: Need<V>): boolean {
  if ('unusable' in a || 'unusable' in b) return 'unusable' in a && 'unusable' in b && a.unusable === b.unusable;
  return a.name === b.name && (a.versions === b.versions || a.versions.toString() === b.versions.toString());
}

function listed<V>(needs: Needs<V> | undefined): readonly Need<V>[] {
  if (needs === undefined) return [];
  return 'unusable' in needs ? [needs] : needs;
}
