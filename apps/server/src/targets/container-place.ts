import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TreeLimits } from '@agentmesh/artifact';
import type { EngineClient } from './engine-client.js';
import type { FileOwner } from './pack-upload.js';

/** One container. */
export interface ContainerPlace {
  readonly client: EngineClient;
  readonly container: string;
  /** Absolute, `/`-separated: `/configs`. */
  readonly root: string;
  readonly owner: FileOwner;
  /** A folder of this machine for what is read out of containers. */
  readonly scratch: string;
  readonly limits: TreeLimits;
}

/** Runs work with a fresh folder of this machine, which is removed afterwards. */
export async function withScratch<T>({ scratch }: ContainerPlace, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(scratch, 'container-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
