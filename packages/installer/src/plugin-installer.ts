import { isBlockedModule } from '@agentmesh/manifest/modules';
import { createContext, type InstallContext } from './install/install-context.js';
import type { InstallOptions, InstallResult } from './install/install-result.js';
import type { InstallerOptions } from './install/installer-options.js';
import type { UninstallOptions, UninstallResult } from './uninstall/uninstall-plugin.js';
import { listPlugins } from './verify/list-plugins.js';
import type { InstalledPlugin, VerificationReport } from './verify/verification-report.js';
import type { VerifiedTree } from './verify/verify-tree.js';

/**
 * Brings plugins onto disk, verified, all or nothing. Any number of installers, in any number of processes, may work on one
 * folder; what they change they change one after the other. Killed anywhere, it leaves the old state or the new one.
 */
export class PluginInstaller {
  readonly #context: InstallContext;

  /** Checks nothing yet: trusted keys that cannot be read are an error of the first call that needs them. */
  constructor(options: InstallerOptions) {
    this.#context = createContext(options);
  }

  /**
   * True for a module that a plugin may import, false for one that the import scan and the sandbox refuse.
   *
   * @param module as it stands in the source: `node:fs`, `os.path`
   */
  static checkSandbox(module: string): boolean {
    return !isBlockedModule(module);
  }

  /**
   * Installs a plugin and what it depends on. An installed plugin is brought to the newest version that fits, or to the one asked
   * for; one whose files were changed is healed; dependencies that satisfy stay as they are.
   *
   * @param nameOrSource a name of the registry, or `scheme://spec`
   * @throws MarketplaceError with a code of this package's README; nothing has changed then
   */
  async install(nameOrSource: string, options: InstallOptions = {}): Promise<InstallResult> {
    const { installPlugin } = await import('./install/install-plugin.js');
    return installPlugin(this.#context, nameOrSource, options);
  }

  /**
   * Removes a plugin. What it depended on stays.
   *
   * @param name a name, never a path
   * @throws MarketplaceError `NAME_INVALID`, `NOT_INSTALLED`, `HAS_DEPENDENTS` without `force`; `LOCK_TIMEOUT`,
   * `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`
   */
  async uninstall(name: string, options: UninstallOptions = {}): Promise<UninstallResult> {
    const { uninstallPlugin } = await import('./uninstall/uninstall-plugin.js');
    return uninstallPlugin(this.#context, name, options);
  }

  /**
   * All installed plugins by name, each re-hashed.
   *
   * @throws MarketplaceError `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`
   */
  listInstalled(): Promise<readonly InstalledPlugin[]> {
    return listPlugins(this.#context);
  }

  /**
   * Re-hashes one installed plugin, or all, and says what differs from what was installed. Tampering is in the answer, not an error.
   *
   * @throws MarketplaceError `NAME_INVALID`, `NOT_INSTALLED`, `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`
   */
  async verifyInstalled(name?: string): Promise<readonly VerificationReport[]> {
    if (name !== undefined) (await import('@agentmesh/manifest')).assertPluginName(name);
    return listPlugins(this.#context, name);
  }

  /**
   * Re-hashes one installed plugin for whoever is about to run it.
   *
   * @throws MarketplaceError `TREE_TAMPERED` naming the first ten files that differ; `UNTRUSTED_AUTHOR` when the key that it was
   * installed with is trusted no more; `NAME_INVALID`, `NOT_INSTALLED`, `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`
   */
  async verifyTree(name: string): Promise<VerifiedTree> {
    const { verifyTree } = await import('./verify/verify-tree.js');
    return verifyTree(this.#context, name);
  }
}
