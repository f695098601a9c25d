import { readdirSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { digestFiles, type Tree } from '@agentmesh/artifact';

/** Renames between two turns of the event loop: blocking ones cost a fraction of queued ones. */
const AT_ONCE = 250;

/**
 * Puts the content of a tree's only top folder in its place; any other tree stays as it is. File system errors pass through.
 *
 * @param target where the tree lies
 */
export async function liftTopFolder(target: string, tree: Tree): Promise<Tree> {
  const [top, ...others] = readdirSync(target);
  if (top === undefined || others.length > 0) return tree;
  const prefix = `${top}/`;
  if (!tree.files.every((file) => file.path.startsWith(prefix))) return tree;
  // A name of its own, since the folder may hold an entry of the same name.
  const aside = join(target, `.top-${crypto.randomUUID()}`);
  renameSync(join(target, top), aside);
  for (const [index, name] of readdirSync(aside).entries()) {
    renameSync(join(aside, name), join(target, name));
    if (index % AT_ONCE === AT_ONCE - 1) await nextTurn();
  }
  rmdirSync(aside);
  const files = tree.files.map((file) => ({ ...file, path: file.path.slice(prefix.length) }));
  return { ...tree, files, digest: digestFiles(files) };
}
