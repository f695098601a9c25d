import type { TreeLimits } from '@agentmesh/artifact';
import type { PluginRegistry } from '@agentmesh/registry';
import type { FetchProgress, SourceRegistry } from '@agentmesh/resolver';
import type { TrustedKeys } from '@agentmesh/signing';
import type { InstallPolicy } from './install-policy.js';

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
  /** `waiting`: another process holds the workspace. */
  readonly phase: 'waiting' | 'fetching' | 'checking' | 'committing';
  /** Name or source of the plugin; unset while waiting and committing. */
  readonly plugin?: string;
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
}
