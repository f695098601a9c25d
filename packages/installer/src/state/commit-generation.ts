import { mkdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { TreeFile } from '@agentmesh/artifact';
import { writeFileAtomic } from '@agentmesh/files';
import { findLink } from './find-link.js';
import { flip } from './flip.js';
import { formatLock } from './format-lock.js';
import { type Generation, LOCK_FILENAME } from './generation.js';
import type { Lock } from './locked-plugin.js';
import { findLinkedTree, linkTree } from './tree-link.js';
import { nameTree, writeTreeRecord } from './tree-record.js';
import type { Workspace } from './workspace.js';

/** A checked folder of files on its way into the store. */
export interface NewTree {
  /** In a stage of the workspace; it is moved away. */
  readonly dir: string;
  readonly files: readonly TreeFile[];
}

/** The next state of a workspace. */
export interface NextGeneration {
  readonly current: Generation;
  readonly plugins: Lock;
  /** Files of the plugins that change, by name; every other plugin keeps its tree. */
  readonly trees: ReadonlyMap<string, NewTree>;
}

/**
 * Builds the next generation beside the live one and flips to it. Killed anywhere, it leaves the old state or the new one.
 * Only for the holder of the workspace's lock.
 */
export async function commitGeneration(workspace: Workspace, next: NextGeneration): Promise<void> {
  const number = next.current.number + 1;
  const dir = join(workspace.generationsDir, String(number));
  await mkdir(workspace.treesDir, { recursive: true });
  await mkdir(dir, { recursive: true });
  for (const [name, { version }] of next.plugins) {
    const tree = next.trees.get(name);
    if (tree === undefined) await carryOver(workspace, next.current, { dir, name });
    else await linkTree(dir, name, await storeTree(workspace, { name, version }, tree));
  }
  await writeFileAtomic(join(dir, LOCK_FILENAME), formatLock(next.plugins));
  await flip(workspace, number);
}

async function storeTree(
  workspace: Workspace,
  plugin: { readonly name: string; readonly version: string },
  tree: NewTree,
): Promise<string> {
  const name = nameTree(plugin.name, plugin.version, tree.files);
  await rename(tree.dir, join(workspace.treesDir, name));
  await writeTreeRecord(workspace, name, tree.files);
  return name;
}

async function carryOver(
  workspace: Workspace,
  current: Generation,
  to: { readonly dir: string; readonly name: string },
): Promise<void> {
  const tree = await findLinkedTree(workspace, current.dir, to.name);
  if (tree !== undefined) return linkTree(to.dir, to.name, tree);
  // A link that was bent or lost stays so: a change to another plugin must not hide it from verify.
  const text = await findLink(join(current.dir, to.name));
  if (text !== undefined) await symlink(text, join(to.dir, to.name), 'junction');
}
