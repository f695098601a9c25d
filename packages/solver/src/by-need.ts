import type { Requirement } from './provider.js';

/** One thing that stands against a version. */
export type Need<V> = Requirement<V> | { readonly unusable: string };

/** Something by a need as it is worded: the name that is needed, then the range; or the reason why a version cannot be used. */
export class ByNeed<T> {
  readonly #unusable = new Map<string, T>();
  readonly #needed = new Map<string, Map<string, T>>();

  /** What is kept for a need, made if it is the first of its words. */
  get<V>(need: Need<V>, make: () => T): T {
    const [map, key] = this.#find(need);
    const known = map.get(key);
    if (known !== undefined) return known;
    const made = make();
    map.set(key, made);
    return made;
  }

  #find<V>(need: Need<V>): [map: Map<string, T>, key: string] {
    if ('unusable' in need) return [this.#unusable, need.unusable];
    const ranges = this.#needed.get(need.name) ?? new Map<string, T>();
    this.#needed.set(need.name, ranges);
    return [ranges, need.versions.toString()];
  }
}
