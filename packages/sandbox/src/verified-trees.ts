import { join } from 'node:path';
import { locatePlugin } from './locate-plugin.js';
import { isUntouched, stampTree, type TreeStamp } from './stamp-tree.js';
import { type VerifiedTree, verifyByDigest } from './verify-tree.js';

const MAX_TREES = 256;

interface Known {
  readonly stamp: TreeStamp;
  readonly tree: VerifiedTree;
}

/**
 * Verification by digest that is not repeated while the file system says that nothing was touched since. What runs is what
 * was hashed either way: sources are read once, and compared as they are read.
 */
export class VerifiedTrees {
  readonly #known = new Map<string, Known>();

  /**
   * See `verifyByDigest`.
   *
   * @throws PluginSandboxError `PLUGIN_NOT_INSTALLED`
   */
  async verify(plugin: string, pluginsDir: string): Promise<VerifiedTree> {
    const place = join(pluginsDir, plugin);
    const known = this.#known.get(place);
    if (known !== undefined && isUntouched(known.stamp, place)) return known.tree;
    this.#known.delete(place);
    const root = await locatePlugin(pluginsDir, plugin);
    // Taken first: what changes while the files are hashed gives another stamp the next time.
    const stamp = stampTree(root);
    const tree = await verifyByDigest(plugin, root);
    if (this.#known.size >= MAX_TREES) this.#known.clear();
    if (stamp !== undefined) this.#known.set(place, { stamp, tree });
    return tree;
  }
}
