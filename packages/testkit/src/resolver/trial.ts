import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_FETCH_LIMITS, type FetchContext, type FetchedPlugin } from '@agentmesh/resolver';
import { type FolderEntry, listFolder } from './list-folder.js';
import type { ResolverContract } from './resolver-contract.js';

/** What can be seen of one fetch when it is over. */
export interface ResolverTrial {
  /** Undefined when it failed. */
  readonly fetched: FetchedPlugin | undefined;
  /** Why it failed. */
  readonly error: unknown;
  readonly entries: readonly FolderEntry[];
  /** What lies beside the target, where nothing should. */
  readonly strays: readonly string[];
}

/** Fetches `spec` into an empty folder within an empty folder, and looks what came of it. Both are gone afterwards. */
export async function tryFetch(
  contract: ResolverContract,
  spec: string,
  context: Partial<FetchContext> = {},
): Promise<ResolverTrial> {
  const resolver = await contract.createResolver();
  return inScratch((target) =>
    resolver.fetch(spec, target, { signal: new AbortController().signal, limits: DEFAULT_FETCH_LIMITS, ...context }),
  );
}

/** Runs any fetch as a trial. */
export async function inScratch(fetch: (target: string) => Promise<FetchedPlugin>): Promise<ResolverTrial> {
  const scratch = await mkdtemp(join(tmpdir(), 'agentmesh-check-'));
  const target = join(scratch, 'target');
  try {
    await mkdir(target);
    const outcome = await settle(() => fetch(target));
    const strays = (await readdir(scratch)).filter((name) => name !== 'target');
    return { ...outcome, entries: await listFolder(target), strays };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function settle(fetch: () => Promise<FetchedPlugin>): Promise<Pick<ResolverTrial, 'fetched' | 'error'>> {
  try {
    return { fetched: await fetch(), error: undefined };
  } catch (error) {
    return { fetched: undefined, error };
  }
}
