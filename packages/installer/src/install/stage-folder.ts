import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { copyTree, type Tree } from '@agentmesh/artifact';
import { MarketplaceError } from '@agentmesh/errors';
import { type Source, sourceUnpinned } from '@agentmesh/resolver';
import { ifPresent } from '../state/if-present.js';
import type { InstallSession } from './install-session.js';

/**
 * Copies a folder that somebody works on into the stage, as packing would take it. The folder itself is never linked to: what is
 * installed stays what was checked.
 *
 * @throws MarketplaceError `SOURCE_SYNTAX` where no such folders are taken, `SOURCE_UNPINNED`, `SOURCE_NOT_FOUND`; `TREE_UNSAFE`, `TREE_TOO_LARGE`
 */
export async function stageFolder(
  { developmentDir, policy, signal, treeLimits: limits }: InstallSession,
  { scheme, spec }: Source,
  dir: string,
): Promise<Tree> {
  if (developmentDir === undefined) {
    throw new MarketplaceError('A folder by its path is for development, and is not taken here', {
      code: 'SOURCE_SYNTAX',
      hint: 'Publish it, or put it into the folder of local plugins and write local://NAME.',
    });
  }
  if (policy.pinned === 'required') throw sourceUnpinned(scheme, 'a folder that is worked on never is');
  const folder = await ifPresent(realpath(resolve(developmentDir, spec)));
  if (folder === undefined) {
    throw new MarketplaceError('The folder of a plugin under development is not there', {
      code: 'SOURCE_NOT_FOUND',
      hint: 'Link it from where it is now: agentmesh plugin link PATH',
    });
  }
  const stop = signal === undefined ? {} : { signal };
  return copyTree(folder, dir, { limits, view: 'packing', ...stop });
}
