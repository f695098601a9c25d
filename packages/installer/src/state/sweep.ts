import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ifPresent } from './if-present.js';
import { findLinkedTree } from './tree-link.js';
import type { Workspace } from './workspace.js';

/**
 * Removes what no state needs: stages, every generation but the current one and the one before it, and trees that neither
 * links to. Only for the holder of the workspace's lock.
 *
 * @param current number of the current generation, 0 for none
 */
export async function sweep(workspace: Workspace, current: number): Promise<void> {
  await removeAllBut(workspace.stagesDir, new Set());
  const kept = await keptGenerations(workspace, current);
  await removeAllBut(workspace.generationsDir, kept);
  const trees = await linkedTrees(workspace, kept);
  await removeAllBut(workspace.treesDir, new Set([...trees].flatMap((tree) => [tree, `${tree}.json`])));
}

async function keptGenerations(workspace: Workspace, current: number): Promise<Set<string>> {
  const numbers = (await list(workspace.generationsDir)).map(Number).filter((number) => number < current);
  const previous = numbers.length === 0 ? [] : [Math.max(...numbers)];
  return new Set([current, ...previous].map(String));
}

async function linkedTrees(workspace: Workspace, generations: Iterable<string>): Promise<Set<string>> {
  const trees = new Set<string>();
  for (const generation of generations) {
    const dir = join(workspace.generationsDir, generation);
    for (const name of await list(dir)) {
      const tree = await findLinkedTree(workspace, dir, name);
      if (tree !== undefined) trees.add(tree);
    }
  }
  return trees;
}

async function removeAllBut(dir: string, kept: ReadonlySet<string>): Promise<void> {
  for (const name of await list(dir)) {
    if (!kept.has(name)) await rm(join(dir, name), { recursive: true, force: true });
  }
}

async function list(dir: string): Promise<readonly string[]> {
  return (await ifPresent(readdir(dir))) ?? [];
}
