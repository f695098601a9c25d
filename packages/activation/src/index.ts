export type { ActivateOptions, ActivationFolders } from './activate-plugins.js';
export { activatePlugins } from './activate-plugins.js';
export type { ActivateWorkspaceOptions } from './activate-workspace.js';
export { activateWorkspace } from './activate-workspace.js';
export type { ActivatedPlugin } from './activation-report.js';
export { resolveAdapter } from './adapter/resolve-adapter.js';
export type {
  AdapterCall,
  AdapterKind,
  PlatformAdapter,
  ResolveAdapterOptions,
  ResolvedAdapter,
  RunAdapter,
} from './adapter/runtime-adapter.js';
export type { DeactivateOptions } from './deactivate-plugins.js';
export { deactivatePlugins } from './deactivate-plugins.js';
export type { StagePluginOptions } from './stage-plugin.js';
export { stagePlugin } from './stage-plugin.js';
export type { SyncOptions, SyncReport } from './sync-clients.js';
export { syncClients } from './sync-clients.js';
