export type { InstallPolicy, PolicyDecision, PolicySubject } from './install/install-policy.js';
export type { Change, InstallOptions, InstallResult, PlacedPlugin, Verification } from './install/install-result.js';
export type {
  InstallerOptions,
  InstallLimits,
  InstallProgress,
  InstallRegistry,
  InstallSources,
} from './install/installer-options.js';
export { PluginInstaller } from './plugin-installer.js';
export { checkBundled } from './scan/check-bundled.js';
export type { PublishedFiles } from './scan/published-files.js';
export type { UninstallOptions, UninstallResult } from './uninstall/uninstall-plugin.js';
export type {
  InstalledDifference,
  InstalledPlugin,
  InstalledVerification,
  VerificationReport,
} from './verify/verification-report.js';
export type { VerifiedTree } from './verify/verify-tree.js';
