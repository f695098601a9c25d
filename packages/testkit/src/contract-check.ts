/** One promise of a port, ready for any test runner: `for (const check of checks) it(check.name, check.run)`. */
export interface ContractCheck {
  /** A sentence: what the port promises. */
  readonly name: string;
  /** Rejects with an `AssertionError` of `node:assert` when the promise is broken. */
  readonly run: () => Promise<void>;
}
