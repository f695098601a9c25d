/** Where a plugin's files come from: a scheme, which picks the resolver, and a spec, which only that resolver understands. */
export interface Source {
  /** As the user typed it, so that `LOCAL` is no known scheme: known ones are lower-case. */
  readonly scheme: string;
  /** Everything after `scheme://`, without white space around it; never empty. */
  readonly spec: string;
}
