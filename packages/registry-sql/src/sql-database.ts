import type { BlobStore, RegistryStore } from '@agentmesh/registry';
import type { AuditRows } from './rows/audit-rows.js';
import type { CounterRows } from './rows/counter-rows.js';
import type { CredentialRows } from './rows/credential-rows.js';
import type { InstallRows } from './rows/install-rows.js';
import type { TokenRows } from './rows/token-rows.js';
import type { WorkspaceRows } from './rows/workspace-rows.js';

/**
 * An open database. Every call may fail with `DATABASE_UNAVAILABLE`, while nobody answers or the disk is full, and works
 * again when the database does; nothing has to be opened again.
 */
export interface SqlDatabase {
  readonly engine: 'sqlite' | 'postgres';
  /** Plugins, versions, owners and artifacts; the rules are those of `PluginRegistry`. */
  readonly store: RegistryStore;
  /**
   * Keeps archives of up to 64 KiB in the database, in the step in which `store` lists them, and larger ones elsewhere.
   * Everybody who opens the registry has to do so, or misses the small ones.
   */
  blobs(large: BlobStore): BlobStore;
  readonly tokens: TokenRows;
  readonly workspaces: WorkspaceRows;
  readonly installs: InstallRows;
  readonly audit: AuditRows;
  readonly credentials: CredentialRows;
  readonly counters: CounterRows;
  /**
   * Asks the database whether it answers.
   *
   * @throws MarketplaceError `DATABASE_UNAVAILABLE`
   */
  check(): Promise<void>;
  /** Waits for what runs and lets go of files and connections. */
  close(): Promise<void>;
}
