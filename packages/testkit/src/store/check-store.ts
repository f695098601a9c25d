import type { ContractCheck } from '../contract-check.js';
import { changeChecks } from './change-checks.js';
import { concurrencyChecks } from './concurrency-checks.js';
import { hostileNameChecks } from './hostile-name-checks.js';
import { ownerChecks } from './owner-checks.js';
import { pagingChecks } from './paging-checks.js';
import { persistenceChecks } from './persistence-checks.js';
import { searchChecks } from './search-checks.js';
import { searchOptionChecks } from './search-option-checks.js';
import type { StoreContract } from './store-contract.js';

/** The contract of `RegistryStore` as checks, each on an empty store of its own. */
export function checkStore(contract: StoreContract): ContractCheck[] {
  return [
    ...changeChecks(contract),
    ...concurrencyChecks(contract),
    ...ownerChecks(contract),
    ...hostileNameChecks(contract),
    ...searchChecks(contract),
    ...searchOptionChecks(contract),
    ...pagingChecks(contract),
    ...persistenceChecks(contract),
  ];
}
