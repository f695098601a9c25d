export type { OfferedKey } from './bundle/bundle-index.js';
export type { BundleLimits } from './bundle/bundle-limits.js';
export { DEFAULT_BUNDLE_LIMITS } from './bundle/bundle-limits.js';
export type { CreateBundleOptions, CreatedBundle } from './bundle/create-bundle.js';
export type { InstallBundleOptions, InstalledBundle } from './bundle/install-bundle.js';
export type { BundleContents, ReadBundleOptions } from './bundle/read-bundle.js';
export type { ConflictFact } from './dependencies/conflict-facts.js';
export type { DependencyError } from './dependencies/dependency-error.js';
export type { PluginReason } from './graph/explain-plugin.js';
export type { Chain, ChainLink } from './graph/find-chains.js';
export type { OutdatedPlugin } from './graph/find-outdated.js';
export type { PruneOptions } from './graph/prune-plugins.js';
export type { PluginNode, PluginTree } from './graph/show-tree.js';
export type { InspectedSource, InspectSourceOptions } from './install/inspect-source.js';
export { inspectSource } from './install/inspect-source.js';
export type { InstallPlan, RefusedPlugin, RemovedPlugin } from './install/install-plan.js';
export type { InstallPolicy, PolicyDecision, PolicySubject } from './install/install-policy.js';
export type {
  Change,
  ChangeOptions,
  ChangeResult,
  InstallOptions,
  InstallResult,
  PlacedPlugin,
  StagedTree,
  Verification,
} from './install/install-result.js';
export type {
  InstallerOptions,
  InstallLimits,
  InstallProgress,
  InstallRegistry,
  InstallSources,
} from './install/installer-options.js';
export type { PluginReader, ReadPlugin, ReadPluginHints } from './install/read-plugin.js';
export type { RestoreOptions } from './install/restore-plugins.js';
export { PluginInstaller } from './plugin-installer.js';
export type { ProjectReport } from './project/inspect-project.js';
export type { PermissionDiff } from './project/permission-diff.js';
export type { GrantConsents } from './project/project.js';
export { readYamlTexts } from './project/read-yaml-texts.js';
export type { ProjectList } from './project/write-project-list.js';
export { writeProjectList } from './project/write-project-list.js';
export type { YamlSetting } from './project/yaml-setting.js';
export { checkBundled } from './scan/check-bundled.js';
export type { ImportScan } from './scan/import-scan.js';
export type { PublishedFiles } from './scan/published-files.js';
export { scanImports } from './scan/scan-imports.js';
export type { Lock, LockedPlugin } from './state/locked-plugin.js';
export type { RollbackOptions, RollbackResult } from './state/roll-back.js';
export type { HistoryChange, HistoryEntry } from './state/show-history.js';
export type { GarbageOptions, GarbageReport } from './store/collect-garbage.js';
export type { UninstallOptions, UninstallResult } from './uninstall/uninstall-plugin.js';
export type { RepairedPlugin, RepairOptions } from './verify/repair-plugins.js';
export type {
  InstalledDifference,
  InstalledPlugin,
  InstalledVerification,
  VerificationReport,
} from './verify/verification-report.js';
export type { VerifiedTree } from './verify/verify-tree.js';
