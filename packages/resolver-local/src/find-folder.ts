import { lstat, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { notFound } from './not-found.js';

/**
 * The path of the folder `name` directly below `root`, whose own path may hold links: it is the user's choice.
 * That nobody puts a link in its place later is for who opens it to check.
 *
 * @param name a checked folder name
 * @throws SOURCE_NOT_FOUND when there is no such folder, TREE_UNSAFE when it is a link
 */
export async function findFolder(root: string, name: string): Promise<string> {
  const realRoot = await orUndefined(realpath(root));
  if (realRoot === undefined) {
    throw notFound(`The folder of local plugins, "${printable(basename(root))}", is not there`);
  }
  const path = join(realRoot, name);
  const stats = await orUndefined(lstat(path));
  if (stats === undefined) throw notFound(`No folder "${name}" among the local plugins`);
  if (stats.isSymbolicLink()) {
    throw new MarketplaceError(`"${name}" among the local plugins is a link, and links are not followed`, {
      code: 'TREE_UNSAFE',
      hint: 'Put the folder itself there.',
    });
  }
  if (!stats.isDirectory()) throw notFound(`"${name}" among the local plugins is not a folder`);
  return path;
}

async function orUndefined<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
