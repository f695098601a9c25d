import type { Finding } from '@agentmesh/errors';
import type { InspectSourceOptions } from '@agentmesh/installer';
import type { AppDeps } from '../app-deps.js';
import type { Sealer } from '../credentials/sealer.js';
import type { WorkspaceSources } from '../sources/workspace-sources.js';
import type { KeptFile, WorkspaceTarget } from '../targets/workspace-target.js';

/** What activating a workspace came to. */
interface ActivationOutcome {
  /** Files outside of plugin folders that were left alone, since somebody changed them. */
  readonly kept: readonly KeptFile[];
  readonly findings: readonly Finding[];
}

/**
 * Makes a workspace's plugins known to its runtime, from its journal; one that fails stops no other. Undefined for a runtime that it has nothing
 * to do with.
 */
export type ActivateWorkspace = (workspace: {
  readonly id: string;
  readonly folder: string;
  readonly runtime: string;
}) => Promise<ActivationOutcome | undefined>;

/** What of an install is decided by whoever runs the server. */
export type InstallRules = Pick<
  InspectSourceOptions,
  'agentmeshVersion' | 'policy' | 'readPlugin' | 'scanFiles' | 'trustedKeys'
>;

/** What the routes of workspaces work with besides the parts that all routes have. */
export interface WorkspaceParts {
  readonly target: WorkspaceTarget;
  readonly sources: WorkspaceSources;
  readonly sealer: Sealer;
  /** Asked anew for every install, so that a key that is trusted no more counts at once. */
  readonly rules: () => Promise<InstallRules>;
  /** Absent where nothing activates plugins, or where the workspaces do so by themselves. */
  readonly activate?: ActivateWorkspace | undefined;
}

/** What the routes of workspaces work with. */
export type WorkspaceDeps = Pick<
  AppDeps,
  'config' | 'database' | 'lifecycle' | 'logger' | 'now' | 'stages' | 'workspaces'
>;
