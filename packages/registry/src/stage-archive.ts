import { type Tree, type TreeLimits, unpackArchive, unpackInMemory } from '@agentmesh/artifact';
import { isMarketplaceError, MarketplaceError } from '@agentmesh/errors';
import type { FolderOptions } from './load-publishable.js';
import { type SentArchive, withStoredArchive } from './sent-archive.js';

/** Bytes of all files of an archive that is unpacked in memory; a folder for each would be most of the work. */
const MOST_IN_MEMORY = 1_048_576;

/** An archive that was unpacked to be looked at. */
export interface StagedFiles {
  readonly tree: Tree;
  /** Where the files lie, unless they are in memory. */
  readonly dir: string;
  /** The content of every file by its path, when they are in memory. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
}

/** How an archive is unpacked. */
export interface StageOptions extends FolderOptions {
  readonly stage: string;
}

/**
 * Unpacks a gzipped tar: a small one in memory, others into the stage, behind the same guards.
 *
 * @throws MarketplaceError `ARCHIVE_INVALID`, `TREE_UNSAFE`, `TREE_TOO_LARGE`, `TARGET_NOT_EMPTY`; the signal's reason
 */
export async function stageArchive(archive: SentArchive, options: StageOptions): Promise<StagedFiles> {
  const inMemory = await unpackSmall(archive, options);
  if (inMemory !== undefined) return inMemory;
  const { stage: dir, limits, signal } = options;
  const tree = await withStoredArchive(archive, async (stored) => {
    assertGzip(await stored.read(0, 2));
    return unpackArchive(stored, dir, {
      ...(limits === undefined ? {} : { limits }),
      ...(signal === undefined ? {} : { signal }),
    });
  });
  return { tree, dir };
}

/** Undefined for what is too large for the memory, which is then looked at anew. */
async function unpackSmall(archive: SentArchive, options: StageOptions): Promise<StagedFiles | undefined> {
  if (!('bytes' in archive) || archive.size > MOST_IN_MEMORY) return undefined;
  assertGzip(archive.bytes);
  const { stage: dir, signal } = options;
  const limits: Partial<TreeLimits> = {
    ...options.limits,
    maxBytes: Math.min(MOST_IN_MEMORY, options.limits?.maxBytes ?? MOST_IN_MEMORY),
  };
  try {
    return { dir, ...(await unpackInMemory(archive.bytes, { limits, ...(signal === undefined ? {} : { signal }) })) };
  } catch (error) {
    if (isMarketplaceError(error) && error.code === 'TREE_TOO_LARGE') return undefined;
    throw error;
  }
}

function assertGzip([first, second]: Uint8Array): void {
  if (first === 0x1f && second === 0x8b) return;
  throw new MarketplaceError('Expected a gzipped tar, got bytes of another kind', {
    code: 'ARCHIVE_INVALID',
    hint: 'Publish what agentmesh packs: a .tgz of the folder.',
  });
}
