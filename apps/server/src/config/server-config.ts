import type { InstallSettings } from './install-settings.js';
import type { ServerLimits } from './limits.js';

/** Everything that a server is told, decided once at its start. All paths are absolute. */
export interface ServerConfig {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Where others reach it, when that is not host and port. */
  readonly publicUrl: string | undefined;
  /** Folder of all that the server keeps beside its database. */
  readonly dataDir: string;
  /** `sqlite:<path>` or `postgres://…`; the latter may hold a password. */
  readonly database: string;
  /** Where archives are kept: a folder, or `oci://…`. */
  readonly artifacts: string;
  /** Whether reading needs no token. */
  readonly anonymousRead: boolean;
  /** Whether `/metrics` is for everybody who reaches it, or for any token. */
  readonly metrics: 'open' | 'token';
  /** Addresses and ranges whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Where requests are counted: `database` is shared by all servers of one database. */
  readonly rateLimits: 'database' | 'memory';
  readonly logLevel: 'debug' | 'error' | 'info' | 'silent' | 'warn';
  /** Schemes that the workspaces install from. */
  readonly sources: readonly string[];
  /** Folder of the `local` scheme. */
  readonly pluginsDir: string;
  readonly workspacesDir: string;
  readonly install: InstallSettings;
  readonly limits: ServerLimits;
}
