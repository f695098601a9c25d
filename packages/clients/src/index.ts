export type { Change, ChangeFinding, ChangeReport, ChangeRequest, KeptTarget } from './change/change.js';
export type { ClientFolders } from './change/with-journal.js';
export type { Gathered } from './context/commit-together.js';
export { commitTogether } from './context/commit-together.js';
export type { ClientContext, InstallContextOptions } from './context/create-install-context.js';
export { createInstallContext } from './context/create-install-context.js';
export type { PluginInClient } from './context/list-in-clients.js';
export { listInClients } from './context/list-in-clients.js';
export type { RemoveOptions } from './context/remove-from-clients.js';
export { removeFromClients } from './context/remove-from-clients.js';
export { settleActivation } from './context/settle-activation.js';
export { checkMemoryText } from './edit/check-memory-text.js';
export type { JsonEntry, JsonEntryId, JsonFrame } from './edit/json-entry.js';
export { findJsonEntry, removeJsonEntry, setJsonEntry } from './edit/json-entry.js';
export type { MemoryBlockId } from './edit/memory-block.js';
export { findMemoryBlock, removeMemoryBlock, setMemoryBlock } from './edit/memory-block.js';
export type { TomlEntry, TomlEntryId } from './edit/toml-entry.js';
export { findTomlEntry, removeTomlEntry, setTomlEntry } from './edit/toml-entry.js';
export type { TomlValue } from './edit/toml-table.js';
export type { OwnedTarget, Target, TargetKind, WantedTarget } from './journal/owned-target.js';
export type {
  Absent,
  Client,
  ClientPlaces,
  ClientScope,
  McpDialect,
  McpPlace,
  RemoteFields,
  SubagentPlace,
} from './table/client.js';
export { CLIENTS } from './table/clients.js';
export type { DetectedClient } from './table/detect-clients.js';
export { detectClients } from './table/detect-clients.js';
export { getClient } from './table/get-client.js';
