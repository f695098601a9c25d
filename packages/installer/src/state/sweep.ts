import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { ifPresent } from './if-present.js';
import { listGenerations } from './list-generations.js';
import { findLinkedTree } from './tree-link.js';
import type { Workspace } from './workspace.js';

/** What {@link sweep} leaves. */
export interface Swept {
  /** Numbers of the generations that stay, newest first. */
  readonly generations: readonly number[];
  /** Trees that they link to. */
  readonly trees: ReadonlySet<string>;
  /** How many went. */
  readonly removed: { readonly generations: number; readonly trees: number };
}

/**
 * Removes what no state needs: stages, all generations but the newest, and trees that none of those links to. The files of the store
 * stay. Only for the holder of the workspace's lock.
 *
 * @param current number of the current generation, 0 for none
 * @param keep how many generations stay, the current one included
 */
export async function sweep(workspace: Workspace, current: number, keep: number): Promise<Swept> {
  // The current one stays whatever `keep` says, also when that is no number.
  const generations = (await listGenerations(workspace, current)).slice(0, Math.max(1, Math.trunc(keep) || 1));
  const gone = await removeAllBut(workspace, workspace.generationsDir, new Set(generations.map(String)));
  const trees = await linkedTrees(workspace, generations);
  const goneTrees = await removeAllBut(workspace, workspace.treesDir, trees);
  await removeAllBut(workspace, workspace.verifiedDir, trees);
  // Last, since a stage that is still there tells the next run that this one did not end.
  for (const name of await list(workspace.stagesDir)) {
    await rm(join(workspace.stagesDir, name), { recursive: true, force: true });
  }
  return { generations, trees, removed: { generations: gone, trees: goneTrees } };
}

/** True when a process was killed while it changed the workspace: it left a stage, or a generation that never became current. */
export async function hasLeftovers(workspace: Workspace, current: number): Promise<boolean> {
  if ((await list(workspace.stagesDir)).length > 0) return true;
  const numbers = (await list(workspace.generationsDir)).map((name) => Number(basename(name, '.json')));
  return numbers.some((number) => !(number >= 1 && number <= current));
}

async function linkedTrees(workspace: Workspace, generations: Iterable<number>): Promise<Set<string>> {
  const trees = new Set<string>();
  for (const generation of generations) {
    const dir = join(workspace.generationsDir, String(generation));
    for (const name of await list(dir)) {
      const tree = await findLinkedTree(workspace, dir, name);
      if (tree !== undefined) trees.add(tree);
    }
  }
  return trees;
}

/** Notes beside a folder have its name and `.json`. Answers how many folders went. */
async function removeAllBut(
  { stagesDir }: Pick<Workspace, 'stagesDir'>,
  dir: string,
  kept: ReadonlySet<string>,
): Promise<number> {
  const gone = (await list(dir)).filter((name) => !kept.has(name) && !kept.has(basename(name, '.json')));
  if (gone.length > 0) await mkdir(stagesDir, { recursive: true });
  for (const name of gone) {
    // Out of its place in one step: half of a generation must never be taken for one.
    const away = join(stagesDir, `gone-${randomBytes(6).toString('hex')}`);
    await rename(join(dir, name), away);
    await rm(away, { recursive: true, force: true });
  }
  return gone.filter((name) => extname(name) !== '.json').length;
}

async function list(dir: string): Promise<readonly string[]> {
  return (await ifPresent(readdir(dir))) ?? [];
}
