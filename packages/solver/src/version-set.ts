/** A set of versions, as a requirement states it. {@link IntervalSet} is one; anything that can answer `has` is another. */
export interface VersionSet<V> {
  has(version: V): boolean;
  /** How prose says it after a name: `>=2.0.0`. Empty for any version. */
  toString(): string;
  /**
   * The members among `ascending`, as flat pairs of positions `[from, to)`, ascending and apart. A quick way for sets that can
   * search; without it `has` is asked for each version.
   */
  select?(ascending: readonly V[]): readonly number[];
}
