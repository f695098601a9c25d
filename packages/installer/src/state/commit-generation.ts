import { mkdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { TreeFile } from '@agentmesh/artifact';
import { writeFileAtomic } from '@agentmesh/files';
import { keepFiles } from '../store/keep-files.js';
import { writePluginRecord } from '../store/plugin-record.js';
import { findLink } from './find-link.js';
import { flip } from './flip.js';
import { formatLock } from './format-lock.js';
import { type Generation, LOCK_FILENAME } from './generation.js';
import { type GenerationNote, writeNote } from './generation-note.js';
import type { Lock, LockedPlugin } from './locked-plugin.js';
import { findLinkedTree, linkTree } from './tree-link.js';
import { nameTree, writeTreeRecord } from './tree-record.js';
import type { Workspace } from './workspace.js';

/** A checked folder of files on its way into the store. */
export interface NewTree {
  /** In a stage of the workspace; it is moved away. */
  readonly dir: string;
  readonly files: readonly TreeFile[];
  /** True for what was just brought out of the store, which then need not take it again. */
  readonly stored?: boolean | undefined;
}

/** The next state of a workspace. */
export interface NextGeneration {
  readonly current: Generation;
  readonly plugins: Lock;
  /** Files of the plugins that change, by name; every other plugin keeps its tree. */
  readonly trees: ReadonlyMap<string, NewTree>;
  /** Trees of the store that plugins get instead of the one they have, by name: those of an older generation. */
  readonly links?: ReadonlyMap<string, string>;
  /** What is remembered of this change. */
  readonly made?: GenerationNote;
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
  for (const [name, locked] of next.plugins) {
    const tree = next.trees.get(name);
    const link = tree === undefined ? next.links?.get(name) : await storeTree(workspace, { name, locked }, tree);
    if (link === undefined) await carryOver(workspace, next.current, { dir, name });
    else await linkTree(dir, name, link);
  }
  if (next.made !== undefined) await writeNote(dir, next.made);
  await writeFileAtomic(join(dir, LOCK_FILENAME), formatLock(next.plugins));
  await flip(workspace, number);
}

async function storeTree(
  workspace: Workspace,
  { name, locked }: { readonly name: string; readonly locked: LockedPlugin },
  { dir, files, stored }: NewTree,
): Promise<string> {
  const { version, content_digest: contentDigest, integrity } = locked;
  const tree = nameTree(name, version, files);
  if (stored !== true) {
    await keepFiles(workspace, dir, files);
    await writePluginRecord(workspace, { name, version, contentDigest, integrity }, files);
  }
  await rename(dir, join(workspace.treesDir, tree));
  await writeTreeRecord(workspace, tree, { files, readOnly: workspace.linkFiles === 'hardlink' });
  return tree;
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
