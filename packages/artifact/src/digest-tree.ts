import { listTree } from './list-tree.js';
import type { TreeOptions } from './tree-options.js';

/** The `h1:` digest of a folder; what {@link listTree} promises and throws holds here too. */
export async function digestTree(dir: string, options: TreeOptions = {}): Promise<string> {
  return (await listTree(dir, options)).digest;
}
