import type { CopyMethod, TreeLimits } from '@agentmesh/artifact';
import type { LockHolder } from '@agentmesh/files';
import type { PluginRegistry } from '@agentmesh/registry';
import type { FetchProgress, SourceRegistry } from '@agentmesh/resolver';
import type { TrustedKeys } from '@agentmesh/signing';
import type { GrantConsents } from '../project/project.js';
import type { ImportScan } from '../scan/import-scan.js';
import type { VerifiedTree } from '../verify/verify-tree.js';
import type { InstallPolicy } from './install-policy.js';
import type { PluginReader } from './read-plugin.js';

/** The part of a registry that installing uses. With `getPlugin`, its own error for a name that is not there is passed on. */
export type InstallRegistry = Pick<PluginRegistry, 'versions' | 'readArtifact'> &
  Partial<Pick<PluginRegistry, 'getPlugin'>>;

/** The part of the sources that installing uses. */
export type InstallSources = Pick<SourceRegistry, 'fetch' | 'has'>;

/** What one install may cost. Unset ones keep the defaults of `@agentmesh/artifact` and `@agentmesh/resolver`. */
export interface InstallLimits extends Partial<TreeLimits> {
  /** Longest fetch from a source, in milliseconds. */
  readonly fetchTimeoutMs?: number;
  /** Longest wait for another process that changes the workspace, in milliseconds (default 300,000). */
  readonly lockTimeoutMs?: number;
}

/** Where an install is. */
export interface InstallProgress {
  /** `waiting`: another process holds the workspace. `ready`: the plugin passed; `refused`: it did not. */
  readonly phase: 'waiting' | 'selecting' | 'fetching' | 'checking' | 'ready' | 'refused' | 'committing';
  /** Name or source of the plugin; unset while waiting, selecting and committing. */
  readonly plugin?: string;
  /** Its version, once it is picked. */
  readonly version?: string;
  /** Of a refused plugin: code of the error. */
  readonly code?: string;
  /** While waiting: who holds the workspace, where that one said so. */
  readonly holder?: LockHolder;
  /** Counts of a fetch from a source, while it runs. */
  readonly fetch?: FetchProgress;
}

/** What a {@link PluginInstaller} works with. */
export interface InstallerOptions {
  /** The folder that holds one folder a plugin: `.agentmesh/plugins`. It is a link to the current state. */
  readonly pluginsDir: string;
  /** Where everything behind that link lies. Default: its parent when it is called `plugins`, else `<pluginsDir>.state`. */
  readonly stateDir?: string | undefined;
  /** Where bare names and dependencies come from. */
  readonly registry?: InstallRegistry | undefined;
  /** Where `scheme://spec` comes from. */
  readonly sources?: InstallSources | undefined;
  /** Who is trusted. Once given, even empty, whoever is not in it is refused. */
  readonly trustedKeys?: TrustedKeys | undefined;
  readonly policy?: InstallPolicy | undefined;
  /** The platform level that `min_agentmesh_version` is compared with (default `AGENTMESH_VERSION`). */
  readonly agentmeshVersion?: string | undefined;
  readonly limits?: InstallLimits | undefined;
  /** The moment that validity windows of keys are compared with (default: the present). */
  readonly now?: (() => Date) | undefined;
  readonly onProgress?: ((progress: InstallProgress) => void) | undefined;
  /**
   * How files come from the store into a plugin's folder (default `reflink`, which copies where the file system cannot share). With
   * `hardlink` installed files are read-only, and whoever edits one in place edits the store.
   */
  readonly linkFiles?: CopyMethod | undefined;
  /** How many generations stay for `rollback`, the current one included (default 10). */
  readonly keepGenerations?: number | undefined;
  /**
   * Where `agentmesh.yaml`, `agentmesh.lock` and `agentmesh.permissions.yaml` lie. With it, changes start from the lock, these files are kept
   * in step, and what a plugin asks for has to be granted. Absent: none are kept.
   */
  readonly projectDir?: string | undefined;
  /** Keys of `agentmesh.yaml` that belong to the application. */
  readonly projectKeys?: readonly string[] | undefined;
  /** Remembers which grants the user accepted, outside of the project. Without it, only those of this installer count. */
  readonly consents?: GrantConsents | undefined;
  /** What runs a JavaScript plugin whose manifest does not say; asked when its files come, and kept in the lock. */
  readonly chooseEngine?: ((tree: VerifiedTree) => Promise<'quickjs' | 'node' | undefined>) | undefined;
  /** Versions published less than this long ago are not picked, in milliseconds (default: what `agentmesh.yaml` says, else 0). */
  readonly minimumAgeMs?: number | undefined;
  /** By name, the version or range to use whatever others ask for; beside those of `agentmesh.yaml`. */
  readonly overrides?: Readonly<Record<string, string>> | undefined;
  /** Most plugins that are fetched and checked at once (default 8). */
  readonly concurrency?: number | undefined;
  /**
   * The folder that paths of plugins under development (`./dir`) are relative to. Absent: none is taken, as on a server.
   */
  readonly developmentDir?: string | undefined;
  /** Schemes of sources that need no network: they may be fetched offline too (default none). */
  readonly offlineSchemes?: readonly string[] | undefined;
  /**
   * Reads what a fetched folder is (default: its `agent-plugin.yaml` alone). For a folder without one it may make a manifest, which the lock
   * keeps; such a plugin is unsigned.
   */
  readonly readPlugin?: PluginReader | undefined;
  /** Scans the imports of a fetched plugin (default: `scanImports`, here and now); for hosts that do so on a thread of its own. */
  readonly scanFiles?: ImportScan | undefined;
}
