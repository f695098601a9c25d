import type { ContractCheck } from '../contract-check.js';

/** One check where the contract has what it needs, none where not. */
export function ifGiven<T>(fixture: T | undefined, name: string, run: (fixture: T) => Promise<void>): ContractCheck[] {
  return fixture === undefined ? [] : [{ name, run: () => run(fixture) }];
}
