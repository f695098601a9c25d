import { open, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { listTree, type StoredArchive, type Tree, unpackArchive } from '@agentmesh/artifact';
import { MarketplaceError } from '@agentmesh/errors';
import { type ContainerPlace, withScratch } from './container-place.js';

/** What is copied, and to where. */
export interface ContainerCopy {
  /** Absolute, in the container. */
  readonly path: string;
  readonly into: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Copies a folder of a container to this machine, behind the guards that archives of strangers have.
 *
 * @throws MarketplaceError `TREE_TAMPERED` when it is gone; `TREE_UNSAFE`, `TREE_TOO_LARGE`, `ARCHIVE_INVALID`; what the engine throws
 */
export async function copyFromContainer(place: ContainerPlace, { path, into, signal }: ContainerCopy): Promise<Tree> {
  const { limits, client, container } = place;
  return withScratch(place, async (folder) => {
    const file = join(folder, 'tar');
    // A tar has a header of 512 bytes a file, perhaps two more for a long name, and fills up each to as many.
    const maxBytes = limits.maxBytes + limits.maxFiles * 2_048;
    if (!(await client.getArchive(container, path, { file, maxBytes }))) throw folderGone();
    const options = { limits, ...(signal === undefined ? {} : { signal }) };
    await withStoredFile(file, (tar) => unpackArchive(tar, join(folder, 'tree'), options));
    await rm(into, { recursive: true, force: true });
    await rename(join(folder, 'tree', basename(path)), into);
    return listTree(into, { limits });
  });
}

async function withStoredFile<T>(path: string, work: (archive: StoredArchive) => Promise<T>): Promise<T> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    return await work({
      size,
      read: async (position, length) => {
        const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(length), position });
        return buffer.subarray(0, bytesRead);
      },
    });
  } finally {
    await handle.close();
  }
}

function folderGone(): MarketplaceError {
  return new MarketplaceError('The folder of an installed plugin is gone from its container', {
    code: 'TREE_TAMPERED',
    hint: 'Install it again.',
  });
}
