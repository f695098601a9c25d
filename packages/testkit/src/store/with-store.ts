import type { RegistryStore } from '@agentmesh/registry';
import type { ContractCheck } from '../contract-check.js';
import type { OpenedStore, StoreContract } from './store-contract.js';

/** Opens an empty store for one piece of work and closes it whatever happens. */
export async function withStore(contract: StoreContract, work: (opened: OpenedStore) => Promise<void>): Promise<void> {
  const opened = await contract.open();
  try {
    await work(opened);
  } finally {
    await opened.close();
  }
}

/** A check of a contract that needs nothing but an empty store. */
export function storeCheck(
  contract: StoreContract,
  name: string,
  work: (store: RegistryStore) => Promise<void>,
): ContractCheck {
  return { name, run: () => withStore(contract, ({ store }) => work(store)) };
}
