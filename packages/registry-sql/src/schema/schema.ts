/** How an engine's tables are made. */
export interface Schema {
  /** Run before the steps, in their transaction. */
  readonly opening: readonly string[];
  /** Statements, one list a version. */
  readonly steps: readonly (readonly string[])[];
  /** Name of the table that has the version. */
  readonly table: string;
  /** Tells `present`, 1 or 0: whether that table is there. */
  readonly isPresent: string;
}
