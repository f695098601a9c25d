/** What both engines can keep and compare. */
export type Value = string | number | Uint8Array | null;

/** A statement with its values, and what its rows are. */
export interface Query<R> {
  readonly sql: string;
  readonly values: readonly Value[];
  /** Set for a statement that is worth preparing on the server: the same name always has the same text. */
  readonly name?: string;
  /** Never set: carries the type of the rows. */
  readonly row?: R;
}

/** Runs a statement inside a transaction and gives all its rows. */
export type Run = <R>(query: Query<R>) => Promise<readonly R[]>;
