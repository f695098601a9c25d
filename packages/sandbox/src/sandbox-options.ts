import type { Permissions } from '@agentmesh/manifest';
import type { GuestLog } from './guest-logs.js';
import type { IsolationLevel } from './isolation/isolation.js';
import type { SandboxLimits } from './sandbox-limits.js';
import type { VerifiedTree, VerifyTree } from './verify-tree.js';

/** How many guests of an engine are kept, and how many calls may wait for one. */
export interface PoolOptions {
  /** Processes of the engine `node`, each ready for one call. */
  readonly node?: number | undefined;
  /** Processes of the engine `quickjs`, each serving one plugin. */
  readonly quickjs?: number | undefined;
  /** Fork servers of the engine `python`; true for one. */
  readonly python?: boolean | number | undefined;
  /** Processes of the engine `wasm`, each serving one plugin. */
  readonly wasm?: number | undefined;
  /** After so long without a call a guest is ended, in milliseconds (default 60,000). */
  readonly idleMs?: number | undefined;
  /** Most calls that may wait for a guest of one engine; one more fails with `SANDBOX_BUSY` (default 4,096). */
  readonly queue?: number | undefined;
}

/** What a `PluginSandbox` works with. */
export interface PluginSandboxOptions {
  /** The folder of installed plugins: `<pluginsDir>/<name>/`. It and what is in it may be links. */
  readonly pluginsDir: string;
  /** Longest a call may take, in milliseconds (default 30,000, at most 300,000). */
  readonly timeoutMs?: number | undefined;
  /** Changes to `DEFAULT_SANDBOX_LIMITS`. */
  readonly limits?: Partial<SandboxLimits> | undefined;
  /** Weakest level at which a plugin may run (default `os-strict` on Linux, `os-basic` on macOS, else `language`). */
  readonly minimumIsolation?: IsolationLevel | undefined;
  /** The level to use instead of the strongest there is; not below the minimum. */
  readonly isolation?: IsolationLevel | undefined;
  /**
   * Whether control groups bound memory and threads of guests besides (default: they do not). It takes Linux, a host that
   * may make groups, and 10 to 20 ms for each guest.
   */
  readonly cgroups?: boolean | undefined;
  /** Compares an installed plugin with what was installed; an installer has one. Default: the manifest's digest alone. */
  readonly verifyTree?: VerifyTree | undefined;
  /** Told what guests print, as it comes. Plugin-controlled text. */
  readonly onLog?: ((log: GuestLog) => void) | undefined;
  /** The Node binary of guests (default: the running one). */
  readonly nodePath?: string | undefined;
  /** The Python binary of guests (default: what the engine finds). */
  readonly pythonPath?: string | undefined;
  /** Keeps guests warm. Left out, and for engines not named, each call has a process started for it. */
  readonly pool?: PoolOptions | undefined;
  /** Values of environment variables that a plugin may be granted; of the host's own it sees none. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Root of `permissions.read`: what a plugin may read lies in it. */
  readonly workspaceDir?: string | undefined;
  /** What a plugin is granted of what its manifest asks for (default: all of that). */
  readonly grants?: ((tree: VerifiedTree) => Permissions | Promise<Permissions>) | undefined;
  /** Hosts and networks beyond the internet that plugins with `permissions.net` may reach. */
  readonly allowPrivateHosts?: readonly string[] | undefined;
}
