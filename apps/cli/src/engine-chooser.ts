import { isMarketplaceError } from '@agentmesh/errors';
import type { VerifiedTree } from '@agentmesh/installer';
import type { PluginSandbox } from '@agentmesh/sandbox';

/** What an installer asks about a JavaScript plugin; undefined where it cannot be told now and a run finds it out again. */
export type EngineChooser = (tree: VerifiedTree) => Promise<'quickjs' | 'node' | undefined>;

/** Has a sandbox try what runs a plugin. Plugins that are tried at the same time share one, which is closed after the last. */
export function createEngineChooser(open: () => Promise<PluginSandbox>): EngineChooser {
  let shared: Promise<PluginSandbox> | undefined;
  let users = 0;
  return async (tree) => {
    users += 1;
    shared ??= open();
    const sandbox = await shared;
    try {
      return await sandbox.chooseEngine({ ...tree, digest: tree.contentDigest });
    } catch (error) {
      if (isMarketplaceError(error)) return undefined;
      throw error;
    } finally {
      users -= 1;
      if (users === 0) {
        shared = undefined;
        await sandbox.close();
      }
    }
  };
}
