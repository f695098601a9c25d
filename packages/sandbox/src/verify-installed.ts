import { isMarketplaceError } from '@agentmesh/errors';
import { assertPluginName } from '@agentmesh/manifest';
import { locatePlugin } from './locate-plugin.js';
import { PluginSandboxError } from './plugin-sandbox-error.js';
import type { VerifiedTrees } from './verified-trees.js';
import type { VerifiedTree, VerifyTree } from './verify-tree.js';

/**
 * Finds an installed plugin and compares it with what was installed.
 *
 * @param trees what was verified before, where there is no `verifyTree`
 * @throws PluginSandboxError `SANDBOX_INVALID_CALL` for what is no plugin name, `PLUGIN_NOT_INSTALLED`; what `verifyTree`
 * throws
 */
export async function verifyInstalled(
  plugin: string,
  { pluginsDir, verifyTree }: { pluginsDir: string; verifyTree?: VerifyTree | undefined },
  trees: VerifiedTrees,
): Promise<VerifiedTree> {
  checkName(plugin);
  if (verifyTree === undefined) return trees.verify(plugin, pluginsDir);
  try {
    return await verifyTree(plugin);
  } catch (error) {
    // Only now is it worth a look whether there is such a folder: calls that go well should not pay for it.
    await locatePlugin(pluginsDir, plugin);
    throw isMarketplaceError(error) && error.code === 'NOT_INSTALLED' ? notInstalled(error) : error;
  }
}

function checkName(name: string): void {
  try {
    assertPluginName(name);
  } catch (error) {
    throw new PluginSandboxError(error instanceof Error ? error.message : 'Expected a plugin name', {
      code: 'SANDBOX_INVALID_CALL',
      hint: 'Give the name as `agentmesh plugin list` shows it; a path is no name.',
      cause: error,
    });
  }
}

/** The folder is there, and nobody installed it. */
function notInstalled(error: { readonly message: string; readonly hint: string | undefined }): PluginSandboxError {
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  return new PluginSandboxError(error.message, { code: 'PLUGIN_NOT_INSTALLED', cause: error, ...hint });
}
