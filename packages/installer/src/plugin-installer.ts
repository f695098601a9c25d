import type { Permissions } from '@agentmesh/manifest';
import { isBlockedModule } from '@agentmesh/manifest/modules';
import type { CreateBundleOptions, CreatedBundle } from './bundle/create-bundle.js';
import type { InstallBundleOptions, InstalledBundle } from './bundle/install-bundle.js';
import type { BundleContents, ReadBundleOptions } from './bundle/read-bundle.js';
import type { PluginReason } from './graph/explain-plugin.js';
import type { OutdatedPlugin } from './graph/find-outdated.js';
import type { PruneOptions } from './graph/prune-plugins.js';
import type { PluginTree } from './graph/show-tree.js';
import { createContext, type InstallContext } from './install/install-context.js';
import type { RemovedPlugin } from './install/install-plan.js';
import type { ChangeOptions, ChangeResult, InstallOptions, InstallResult } from './install/install-result.js';
import type { InstallerOptions } from './install/installer-options.js';
import type { RestoreOptions } from './install/restore-plugins.js';
import { following } from './project/following.js';
import type { ProjectReport } from './project/inspect-project.js';
import type { RollbackOptions, RollbackResult } from './state/roll-back.js';
import type { HistoryEntry } from './state/show-history.js';
import type { GarbageOptions, GarbageReport } from './store/collect-garbage.js';
import type { UninstallOptions, UninstallResult } from './uninstall/uninstall-plugin.js';
import { listPlugins } from './verify/list-plugins.js';
import type { RepairedPlugin, RepairOptions } from './verify/repair-plugins.js';
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
   * Installs plugins and what they depend on. An installed plugin is brought to the newest version that fits, or to the one asked
   * for; one whose files were changed is healed; dependencies that satisfy stay as they are.
   *
   * @param namesOrSources names of the registry (`NAME`, `NAME@VERSION`) and sources (`scheme://spec`), one or more
   * @throws MarketplaceError with a code of this package's README; nothing has changed then
   */
  async install(namesOrSources: string | readonly string[], options: InstallOptions = {}): Promise<InstallResult> {
    const { installPlugins } = await import('./install/install-plugins.js');
    return installPlugins(
      this.#context,
      typeof namesOrSources === 'string' ? [namesOrSources] : namesOrSources,
      options,
    );
  }

  /**
   * Makes the workspace what the project's files say: exactly the plugins of `agentmesh.lock`, byte by byte, and nothing else. What
   * `agentmesh.yaml` asks for beyond the lock is selected, unless `frozen`.
   *
   * @throws MarketplaceError `PROJECT_NOT_FOUND`, `LOCK_OUTDATED`, `LOCK_MISMATCH` and others of this package's README; nothing has changed then
   */
  async restore(options: RestoreOptions = {}): Promise<ChangeResult> {
    const { restorePlugins } = await import('./install/restore-plugins.js');
    return restorePlugins(this.#context, options);
  }

  /**
   * True when {@link PluginInstaller.restore} would find nothing to do. Cheap: no plugin is read, and so nothing is said of
   * trust. False means only that more has to be looked at.
   *
   * @throws MarketplaceError `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`
   */
  async isRestored(): Promise<boolean> {
    const { isRestored } = await import('./install/is-restored.js');
    return isRestored(this.#context);
  }

  /**
   * Brings plugins, all by default, to the newest versions that `agentmesh.yaml` and everybody who needs them allow. A version that asks
   * for permissions which are not granted is passed over, and told among `refused`.
   *
   * @throws MarketplaceError `NAME_INVALID`, `NOT_INSTALLED` and others of this package's README; nothing has changed then
   */
  async update(names: readonly string[] = [], options: ChangeOptions = {}): Promise<ChangeResult> {
    const { updatePlugins } = await import('./install/update-plugins.js');
    return updatePlugins(this.#context, names, options);
  }

  /**
   * Plugins of the registry that have a newer version, or whose lock is not what an update would take.
   *
   * @throws MarketplaceError `PROJECT_INVALID`, `LOCK_INVALID`; what the registry throws
   */
  async outdated(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<readonly OutdatedPlugin[]> {
    const { findOutdated } = await import('./graph/find-outdated.js');
    return findOutdated(this.#context, options.signal);
  }

  /**
   * Why a plugin is there: who asked for it, and who needs it.
   *
   * @throws MarketplaceError `NAME_INVALID`, `NOT_INSTALLED`, `PROJECT_INVALID`, `LOCK_INVALID`
   */
  async why(name: string): Promise<PluginReason> {
    const { explainPlugin } = await import('./graph/explain-plugin.js');
    return explainPlugin(this.#context, name);
  }

  /**
   * All plugins, as they need one another.
   *
   * @throws MarketplaceError `PROJECT_INVALID`, `LOCK_INVALID`, `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`
   */
  async tree(): Promise<PluginTree> {
    const { showTree } = await import('./graph/show-tree.js');
    return showTree(this.#context);
  }

  /**
   * Removes plugins that nobody asked for and nothing that was asked for needs.
   *
   * @returns what went, or would go with `dryRun`, by name
   * @throws MarketplaceError `LOCK_AHEAD`, `LOCK_TIMEOUT`, `PROJECT_INVALID`, `LOCK_INVALID`, `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`
   */
  async prune(options: PruneOptions = {}): Promise<readonly RemovedPlugin[]> {
    const { prunePlugins } = await import('./graph/prune-plugins.js');
    return prunePlugins(await following(this.#context), options);
  }

  /**
   * What an installed plugin was granted and the user accepted, for the sandbox; `{}` for nothing. It is tied to the plugin's files.
   *
   * @param contentDigest of the files in question (default: those that are installed)
   * @throws MarketplaceError `NAME_INVALID`, `PERMISSIONS_INVALID`, `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`
   */
  async grantedPermissions(name: string, contentDigest?: string): Promise<Permissions> {
    const { grantedPermissions } = await import('./project/granted-permissions.js');
    return grantedPermissions(this.#context, name, contentDigest);
  }

  /**
   * How the files of the project stand to each other and to what is installed; undefined without a project.
   *
   * @throws MarketplaceError `PROJECT_INVALID`, `LOCK_INVALID`, `PERMISSIONS_INVALID`, `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`
   */
  async inspectProject(): Promise<ProjectReport | undefined> {
    const { inspectProject } = await import('./project/inspect-project.js');
    return inspectProject(this.#context);
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
    return uninstallPlugin(await following(this.#context), name, options);
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
   * Checks one installed plugin for whoever is about to run it. Files that have not changed since they were last read in full, by their size,
   * times, inode and device, are not read again; the manifest's signature is checked every time.
   *
   * @throws MarketplaceError `TREE_TAMPERED` naming the first ten files that differ; `UNTRUSTED_AUTHOR` when the key that it was
   * installed with is trusted no more; `NAME_INVALID`, `NOT_INSTALLED`, `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`
   */
  async verifyTree(name: string): Promise<VerifiedTree> {
    const { verifyTree } = await import('./verify/verify-tree.js');
    return verifyTree(this.#context, name);
  }

  /**
   * The kept generations of the workspace, newest first: when, by what, and what each changed.
   *
   * @throws MarketplaceError `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`
   */
  async history(): Promise<readonly HistoryEntry[]> {
    const { showHistory } = await import('./state/show-history.js');
    return showHistory(this.#context);
  }

  /**
   * Makes the plugins those of an older generation again, all of them by one flip; a rollback can be rolled back.
   *
   * @param generation a number of {@link PluginInstaller.history}; the one before the current by default
   * @throws MarketplaceError `GENERATION_NOT_FOUND`; `TREE_TAMPERED` when a plugin of it is damaged and the store cannot heal it;
   * `UNTRUSTED_AUTHOR`, `SIGNATURE_INVALID`, `SIGNATURE_MISSING`, `POLICY_DENIED` for one that is refused by now; `LOCK_TIMEOUT`,
   * `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`
   */
  async rollback(generation?: number, options: RollbackOptions = {}): Promise<RollbackResult> {
    const { rollBack } = await import('./state/roll-back.js');
    return rollBack(await following(this.#context), generation, options);
  }

  /**
   * Removes old generations and what nothing needs any more: files of the store, and grants to files that are gone.
   *
   * @throws MarketplaceError `LOCK_TIMEOUT`, `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`
   */
  async gc(options: GarbageOptions = {}): Promise<GarbageReport & { readonly grants: number }> {
    const [{ collectGarbage }, { sweepProject }] = await Promise.all([
      import('./store/collect-garbage.js'),
      import('./project/sweep-project.js'),
    ]);
    const report = await collectGarbage(this.#context, options);
    return { ...report, grants: await sweepProject(this.#context, options.signal) };
  }

  /**
   * Reads one installed plugin, or all, in full and brings what differs anew: the same bytes, out of the store or from where they came.
   *
   * @returns what was damaged and what became of it; what could not be healed says why
   * @throws MarketplaceError `NAME_INVALID`, `NOT_INSTALLED`, `LOCK_TIMEOUT`, `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`
   */
  async repair(name?: string, options: RepairOptions = {}): Promise<readonly RepairedPlugin[]> {
    const { repairPlugins } = await import('./verify/repair-plugins.js');
    return repairPlugins(this.#context, name, options);
  }

  /**
   * Writes all that is installed into one file, for machines without a network: the same plugins give the same bytes.
   *
   * @param path of the file, which is replaced when it is there
   * @throws MarketplaceError `NOTHING_INSTALLED`, `TREE_TAMPERED`, `TREE_TOO_LARGE`; `LOCK_TIMEOUT`, `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`
   */
  async createBundle(path: string, options: CreateBundleOptions = {}): Promise<CreatedBundle> {
    const { createBundle } = await import('./bundle/create-bundle.js');
    return createBundle(this.#context, path, options);
  }

  /**
   * Looks into a bundle: which plugins it has, and which keys it offers. Its bytes are checked, signatures are not.
   *
   * @throws MarketplaceError `BUNDLE_INVALID` and others of this package's README
   */
  async readBundle(path: string, options: ReadBundleOptions = {}): Promise<BundleContents> {
    const { readBundle } = await import('./bundle/read-bundle.js');
    return readBundle(this.#context, path, options);
  }

  /**
   * Installs the plugins of a bundle by one flip, without any network. Its keys are not trusted by that: what they signed is refused until
   * the user trusts them.
   *
   * @throws MarketplaceError `BUNDLE_INVALID`, `LOCK_MISMATCH` and others of this package's README; nothing has changed then
   */
  async installBundle(path: string, options: InstallBundleOptions = {}): Promise<InstalledBundle> {
    const { installBundle } = await import('./bundle/install-bundle.js');
    return installBundle(this.#context, path, options);
  }
}
