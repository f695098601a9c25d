import type { Stats } from 'node:fs';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { lstatIfThere } from './lstat-if-there.js';
import { unsafe } from './refusal.js';

const MAX_PATH_SHOWN = 1_000;

/**
 * The stat of a tree's root, which is a real folder and not a link to one.
 *
 * @throws MarketplaceError `TREE_NOT_FOUND`, `TREE_UNSAFE`
 */
export async function statRoot(root: string): Promise<Stats> {
  const stat = await lstatIfThere(root);
  if (stat?.isSymbolicLink()) throw unsafe(root, 'the root folder is a symbolic link');
  if (!stat?.isDirectory()) throw notFound(root);
  return stat;
}

function notFound(root: string): MarketplaceError {
  return new MarketplaceError(`Expected a folder at ${printable(root, MAX_PATH_SHOWN)}`, {
    code: 'TREE_NOT_FOUND',
    hint: "Give the plugin's folder.",
  });
}
