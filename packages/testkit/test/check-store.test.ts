import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryStore, openFileStore, type RegistryStore } from '@agentmesh/registry';
import { checkStore, type StoreContract } from '@agentmesh/testkit';
import { describe, expect, it } from 'vitest';
import { expectBroken } from './expect-broken.js';
import { LITERAL_SEARCH, STORE_FAULTS, searchByEscapedPattern } from './store-faults.js';

const memory: StoreContract = {
  open: async () => ({ store: createMemoryStore(), close: async () => undefined }),
};

const file: StoreContract = {
  persistent: true,
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'agentmesh-store-'));
    const reopen = async () => openFileStore(join(folder, 'registry.json'));
    const store = await reopen();
    const close = async () => {
      await store.close?.();
      await rm(folder, { recursive: true, force: true });
    };
    return { store, reopen, close };
  },
};

/** A contract whose store is wrong in one way; opened again it is the same store, or what the fault makes of that. */
function broken(
  change: (store: RegistryStore) => RegistryStore,
  again: (store: RegistryStore) => RegistryStore,
): StoreContract {
  return {
    persistent: true,
    open: async () => {
      const store = change(createMemoryStore());
      return { store, reopen: async () => again(store), close: async () => undefined };
    },
  };
}

describe('checkStore passes the memory store', () => {
  for (const check of checkStore(memory)) it(check.name, check.run);
});

describe('checkStore passes the file store', () => {
  for (const check of checkStore(file)) it(check.name, check.run);
});

describe('checkStore passes a store that', () => {
  it('searches by pattern with the text escaped, so that the faults beside it are what is found', async () => {
    const checks = checkStore(broken(searchByEscapedPattern, (store) => store));
    await checks.find((check) => check.name === LITERAL_SEARCH)?.run();
    expect(checks.map((check) => check.name)).toContain(LITERAL_SEARCH);
  });
});

describe('checkStore finds a store that', () => {
  it.each(STORE_FAULTS)('$what', async ({ change, again, names }) => {
    const checks = checkStore(broken(change, again ?? ((store) => store)));
    expect(names).not.toEqual([]);
    for (const name of names) await expectBroken(checks, name);
  });

  it('is wrong in any way that it checks', () => {
    const seen = new Set(STORE_FAULTS.flatMap((fault) => fault.names));
    const all = checkStore(file).map((check) => check.name);
    expect([...seen].sort()).toEqual([...all].sort());
    expect(new Set(all).size).toBe(all.length);
  });

  it('has no reopen although it says that it is persistent', async () => {
    const checks = checkStore({ ...memory, persistent: true });
    await expectBroken(checks, 'has everything when it is opened again');
    await expectBroken(checks, 'loses nothing of two stores that change the same rows');
  });
});
