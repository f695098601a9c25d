import type { TreeLimits } from '@agentmesh/artifact';
import { AGENTMESH_VERSION } from '@agentmesh/manifest';
import type { FetchLimits } from '@agentmesh/resolver';
import { type Keyring, toKeyring } from '@agentmesh/signing';
import type { Workspace } from '../state/workspace.js';
import { workspaceAt } from '../state/workspace.js';
import type { InstallPolicy } from './install-policy.js';
import type { InstallerOptions, InstallProgress, InstallRegistry, InstallSources } from './installer-options.js';

const LOCK_TIMEOUT_MS = 300_000;

/** The options of an installer, completed. */
export interface InstallContext {
  readonly workspace: Workspace;
  readonly registry: InstallRegistry | undefined;
  readonly sources: InstallSources | undefined;
  readonly keyring: Keyring | undefined;
  readonly policy: InstallPolicy;
  readonly agentmeshVersion: string;
  readonly treeLimits: Partial<TreeLimits>;
  readonly fetchLimits: Partial<FetchLimits>;
  readonly lockTimeoutMs: number;
  readonly now: () => Date;
  readonly onProgress: (progress: InstallProgress) => void;
}

/**
 * Completes an installer's options.
 *
 * @throws MarketplaceError `KEYRING_INVALID`, `KEY_INVALID`
 */
export function createContext(options: InstallerOptions): InstallContext {
  const { fetchTimeoutMs, lockTimeoutMs, ...treeLimits } = options.limits ?? {};
  const { maxBytes, maxFiles } = treeLimits;
  return {
    workspace: workspaceAt(options.pluginsDir, options.stateDir),
    registry: options.registry,
    sources: options.sources,
    keyring: options.trustedKeys === undefined ? undefined : toKeyring(options.trustedKeys),
    policy: options.policy ?? {},
    agentmeshVersion: options.agentmeshVersion ?? AGENTMESH_VERSION,
    treeLimits,
    fetchLimits: {
      ...(maxBytes === undefined ? {} : { maxBytes }),
      ...(maxFiles === undefined ? {} : { maxFiles }),
      ...(fetchTimeoutMs === undefined ? {} : { timeoutMs: fetchTimeoutMs }),
    },
    lockTimeoutMs: lockTimeoutMs ?? LOCK_TIMEOUT_MS,
    now: options.now ?? (() => new Date()),
    onProgress: options.onProgress ?? (() => undefined),
  };
}
