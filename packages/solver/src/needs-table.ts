import { ByNeed, type Need } from './by-need.js';
import { type Incompatibility, incompatibility, setOf } from './incompatibility.js';
import { complement, fromAscending, has, type IndexSet, isEqual, union } from './index-set.js';
import { addIncompatibility, type Search } from './search.js';
import { type Sharer, Sharers } from './sharers.js';
import type { Subject } from './subject.js';

/** What is known of one subject's versions. */
interface Row<V> {
  readonly sharers: Sharers<V>;
  readonly learned: ByNeed<Incompatibility<V>[]>;
  readonly byVersion: Map<number, readonly Incompatibility<V>[]>;
}

/** Turns what versions need into incompatibilities, each of which covers all versions known to share the need. */
export class NeedsTable<V> {
  readonly #search: Search<V>;
  readonly #rows = new Map<Subject<V>, Row<V>>();

  constructor(search: Search<V>) {
    this.#search = search;
  }

  /**
   * Learns what stands against a version unless other names come along, and adds what is new to the search.
   *
   * @returns all of it
   * @throws MarketplaceError `SOLVER_LIMIT`; what the provider throws
   */
  async learn(subject: Subject<V>, index: number): Promise<readonly Incompatibility<V>[]> {
    const { catalogue } = this.#search;
    const row = this.#rowOf(subject);
    const known = row.byVersion.get(index);
    if (known !== undefined) return known;
    const needs = await catalogue.needsOf(subject, index);
    if (!('unusable' in needs)) await catalogue.load(needs.map(({ name }) => name));
    const all: readonly Need<V>[] = 'unusable' in needs ? [needs] : needs;
    const found = all.flatMap((need) => this.#recall(row, { subject, index, need }) ?? []);
    row.byVersion.set(index, found);
    return found;
  }

  #rowOf(subject: Subject<V>): Row<V> {
    const known = this.#rows.get(subject);
    if (known !== undefined) return known;
    const { catalogue, budget } = this.#search;
    const sharers = new Sharers(subject, catalogue.provider, budget);
    const row: Row<V> = { sharers, learned: new ByNeed(), byVersion: new Map() };
    this.#rows.set(subject, row);
    return row;
  }

  #recall(row: Row<V>, one: Asked<V>): Incompatibility<V> | undefined {
    const learned = row.learned.get(one.need, () => []);
    const same = learned.find((known) => has(setOf(known, one.subject), one.index));
    if (same !== undefined) return same;
    const added = this.#create(row.sharers.of(one.need), one);
    if (added === undefined) return undefined;
    learned.push(added);
    addIncompatibility(this.#search, added);
    return added;
  }

  #create(sharers: readonly Sharer<V>[], { subject, index, need }: Asked<V>): Incompatibility<V> | undefined {
    if ('unusable' in need) {
      const set = withIndex(sharers, index);
      return incompatibility([{ subject, set }], { kind: 'unusable', reason: need.unusable });
    }
    const { catalogue } = this.#search;
    const on = catalogue.get(need.name);
    const wanted = catalogue.select(on, need.versions);
    // A version that needs its own name, and fits, needs nothing.
    if (on === subject && has(wanted, index)) return undefined;
    const alike = sharers.filter(({ versions }) => {
      return versions !== undefined && (versions === need.versions || isEqual(catalogue.select(on, versions), wanted));
    });
    const terms = [
      { subject, set: withIndex(alike, index) },
      { subject: on, set: complement(wanted, on.size) },
    ];
    return incompatibility(terms, { kind: 'dependency', subject, on, requirement: need });
  }
}

interface Asked<V> {
  readonly subject: Subject<V>;
  readonly index: number;
  readonly need: Need<V>;
}

function withIndex<V>(sharers: readonly Sharer<V>[], index: number): IndexSet {
  return union(fromAscending(sharers.map((sharer) => sharer.index)), [index, index + 1]);
}
