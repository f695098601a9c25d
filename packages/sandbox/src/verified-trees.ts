import { stampTree } from './stamp-tree.js';
import { type VerifiedTree, verifyByDigest } from './verify-tree.js';

const MAX_TREES = 256;

interface Known {
  readonly stamp: string;
  readonly tree: VerifiedTree;
}

/**
 * Verification by digest that is not repeated while the file system says that nothing was touched since. What runs is what
 * was hashed either way: sources are read once, and compared as they are read.
 */
export class VerifiedTrees {
  readonly #known = new Map<string, Known>();

  /** See `verifyByDigest`. */
  async verify(plugin: string, root: string): Promise<VerifiedTree> {
    // Taken first: what changes while the files are hashed gives another stamp the next time.
    const stamp = stampTree(root);
    const key = `${plugin}\0${root}`;
    const known = this.#known.get(key);
    if (known !== undefined && known.stamp === stamp) return known.tree;
    this.#known.delete(key);
    const tree = await verifyByDigest(plugin, root);
    if (this.#known.size >= MAX_TREES) this.#known.clear();
    if (stamp !== undefined) this.#known.set(key, { stamp, tree });
    return tree;
  }
}
