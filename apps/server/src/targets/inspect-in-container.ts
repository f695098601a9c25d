import { join } from 'node:path';
import { inspectTree, type TreeDifference, type TreeFile } from '@agentmesh/artifact';
import { isMarketplaceError } from '@agentmesh/errors';
import { type ContainerPlace, withScratch } from './container-place.js';
import { copyFromContainer } from './copy-from-container.js';

const HOSTILE: readonly string[] = ['TREE_UNSAFE', 'TREE_TOO_LARGE', 'ARCHIVE_INVALID', 'TREE_TAMPERED'];

/** How a folder of a container differs from its list; undefined for one that holds what no plugin may. */
export async function inspectInContainer(
  place: ContainerPlace,
  path: string,
  files: readonly TreeFile[],
): Promise<readonly TreeDifference[] | undefined> {
  return withScratch(place, async (folder) => {
    const into = join(folder, 'copy');
    try {
      await copyFromContainer(place, { path, into });
    } catch (error) {
      // What cannot be read behind the guards of trees is somebody's work, and stays.
      if (isMarketplaceError(error) && HOSTILE.includes(error.code)) return undefined;
      throw error;
    }
    return inspectTree(into, files);
  });
}
