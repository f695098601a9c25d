import { symlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { findLink } from './find-link.js';
import type { Workspace } from './workspace.js';

/** Links `name` in a generation's folder to a tree of the store. */
export async function linkTree(generationDir: string, name: string, tree: string): Promise<void> {
  // Windows lets an ordinary user make junctions only; elsewhere the type means nothing.
  await symlink(join('..', '..', 'store', 'trees', tree), join(generationDir, name), 'junction');
}

/** The tree that `name` links to in a generation; undefined for a missing link and for one that leads elsewhere. */
export async function findLinkedTree(
  workspace: Workspace,
  generationDir: string,
  name: string,
): Promise<string | undefined> {
  const text = await findLink(join(generationDir, name));
  if (text === undefined) return undefined;
  const target = resolve(generationDir, text);
  return dirname(target) === workspace.treesDir ? basename(target) : undefined;
}
