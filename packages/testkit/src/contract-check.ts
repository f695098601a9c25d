/** One promise of a port, ready for any test runner: `for (const check of checks) it(check.name, check.run)`. */
export interface ContractCheck {
  /** A sentence: what the port promises. */
  readonly name: string;
  /**
   * Rejects when the promise is broken: with an `AssertionError` of `node:assert`, or with what the implementation threw
   * where nothing should fail.
   */
  readonly run: () => Promise<void>;
}
