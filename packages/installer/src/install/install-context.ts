import type { TreeLimits } from '@agentmesh/artifact';
import type { FetchLimits } from '@agentmesh/resolver';
import type { Keyring } from '@agentmesh/signing';
import { type Project, projectAt } from '../project/project.js';
import type { ImportScan } from '../scan/import-scan.js';
import type { Workspace } from '../state/workspace.js';
import { workspaceAt } from '../state/workspace.js';
import type { InstallPolicy } from './install-policy.js';
import type { InstallerOptions, InstallProgress, InstallRegistry, InstallSources } from './installer-options.js';
import { type PluginReader, readManifestAlone } from './read-plugin.js';

const LOCK_TIMEOUT_MS = 300_000;
const CONCURRENCY = 8;

/** The options of an installer, completed. */
export interface InstallContext {
  readonly workspace: Workspace;
  readonly registry: InstallRegistry | undefined;
  readonly sources: InstallSources | undefined;
  /** Undefined when no trusted keys were given. Throws `KEYRING_INVALID`, `KEY_INVALID`. */
  readonly keyring: () => Promise<Keyring | undefined>;
  readonly policy: InstallPolicy;
  /** Undefined for `AGENTMESH_VERSION`. */
  readonly agentmeshVersion: string | undefined;
  readonly treeLimits: Partial<TreeLimits>;
  readonly fetchLimits: Partial<FetchLimits>;
  readonly lockTimeoutMs: number;
  readonly now: () => Date;
  /** Undefined where no files of a project are kept. */
  readonly project: Project | undefined;
  readonly chooseEngine: InstallerOptions['chooseEngine'];
  /** Undefined for any age. */
  readonly minimumAgeMs: number | undefined;
  /** By name, the version or range to use whatever others ask for. */
  readonly overrides: ReadonlyMap<string, string>;
  readonly concurrency: number;
  readonly offlineSchemes: readonly string[];
  /** Undefined where no folders are taken by their path. */
  readonly developmentDir: string | undefined;
  readonly readPlugin: PluginReader;
  readonly scanFiles: ImportScan | undefined;
  readonly onProgress: (progress: InstallProgress) => void;
}

/** Completes an installer's options. */
export function createContext(options: InstallerOptions): InstallContext {
  const { fetchTimeoutMs, lockTimeoutMs, ...treeLimits } = options.limits ?? {};
  const { maxBytes, maxFiles } = treeLimits;
  return {
    workspace: workspaceAt(options.pluginsDir, options.stateDir, options),
    registry: options.registry,
    sources: options.sources,
    keyring: lazyKeyring(options.trustedKeys),
    policy: options.policy ?? {},
    agentmeshVersion: options.agentmeshVersion,
    treeLimits,
    fetchLimits: {
      ...(maxBytes === undefined ? {} : { maxBytes }),
      ...(maxFiles === undefined ? {} : { maxFiles }),
      ...(fetchTimeoutMs === undefined ? {} : { timeoutMs: fetchTimeoutMs }),
    },
    lockTimeoutMs: lockTimeoutMs ?? LOCK_TIMEOUT_MS,
    project: options.projectDir === undefined ? undefined : projectAt(options.projectDir, options),
    chooseEngine: options.chooseEngine,
    minimumAgeMs: options.minimumAgeMs,
    overrides: new Map(Object.entries(options.overrides ?? {})),
    concurrency: options.concurrency ?? CONCURRENCY,
    offlineSchemes: options.offlineSchemes ?? [],
    developmentDir: options.developmentDir,
    readPlugin: options.readPlugin ?? readManifestAlone,
    scanFiles: options.scanFiles,
    now: options.now ?? (() => new Date()),
    onProgress: options.onProgress ?? (() => undefined),
  };
}

/** Loads the signing package when keys were given and are first needed. */
function lazyKeyring(trustedKeys: InstallerOptions['trustedKeys']): () => Promise<Keyring | undefined> {
  let keyring: Promise<Keyring> | undefined;
  return async () => {
    if (trustedKeys === undefined) return undefined;
    keyring ??= import('@agentmesh/signing').then(({ toKeyring }) => toKeyring(trustedKeys));
    return keyring;
  };
}
