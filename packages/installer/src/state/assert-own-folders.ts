import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { foreignPlace } from './foreign-place.js';
import { ifPresent } from './if-present.js';
import type { Workspace } from './workspace.js';

/**
 * Refuses a state whose folders are links. A cloned project could bring such links along, and what a change
 * sweeps away would then be someone else's files.
 *
 * @throws MarketplaceError `PLUGINS_DIR_FOREIGN`
 */
export async function assertOwnFolders(workspace: Workspace): Promise<void> {
  const { generationsDir, treesDir, filesDir, recordsDir, verifiedDir, stagesDir } = workspace;
  for (const dir of [generationsDir, dirname(treesDir), treesDir, filesDir, recordsDir, verifiedDir, stagesDir]) {
    if ((await ifPresent(lstat(dir)))?.isDirectory() === false) throw foreignPlace('a folder', dir);
  }
}
