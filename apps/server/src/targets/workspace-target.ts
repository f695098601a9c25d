import type { Tree } from '@agentmesh/artifact';
import type { InstallRecord } from './install-record.js';

/** A file of a plugin that was left alone because it is not as it was installed. */
export interface KeptFile {
  /** Relative to the plugin's folder, `.` for the whole of it; of what was activated, relative to the workspace. */
  readonly path: string;
  /** `changed`: other content; `added`: it never belonged to the plugin; `unreadable`: nobody could look; `outside`: a link leads out. */
  readonly reason: 'changed' | 'added' | 'unreadable' | 'outside';
}

/** What became of a plugin's folder that was taken out of its place. */
export interface Displaced {
  /** Empty when everything was as installed, and so removed. */
  readonly kept: readonly KeptFile[];
  /** Where the kept files are now, relative to the workspace; undefined without any. */
  readonly keptIn: string | undefined;
}

/** A staged plugin on its way into a workspace. */
export interface Placement {
  /** A folder with exactly the files of `record`. */
  readonly stage: string;
  readonly record: InstallRecord;
}

/** How a change is made. */
export interface TargetChangeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Asked while nobody else can change the workspace, before anything is touched; what it throws stops the change. */
  readonly approve?: ((installed: readonly InstallRecord[]) => void) | undefined;
}

/**
 * The port to where the plugins of workspaces lie. A change is seen whole or not at all: killed anywhere, the next call finds the plugin as
 * it was before or as it was to be. Calls may run at the same time; those that change one workspace wait for each other.
 *
 * Methods throw `WORKSPACE_INVALID` and `NAME_INVALID` for ids and names that become no path, before any work.
 */
export interface WorkspaceTarget {
  /** The installed plugins of a workspace by name; empty for one that has none yet. */
  list(workspace: string): Promise<readonly InstallRecord[]>;
  /** Puts a plugin in its place, and the plugin that was there out of it. */
  replace(workspace: string, placement: Placement, options?: TargetChangeOptions): Promise<Displaced>;
  /** Takes a plugin out of its place: what is as installed goes, the rest is kept. Throws `NOT_INSTALLED`. */
  remove(workspace: string, plugin: string, options?: TargetChangeOptions): Promise<Displaced>;
  /** Copies an installed plugin into an absent or empty folder. Throws `NOT_INSTALLED`; `TREE_TAMPERED` when it is not what was installed. */
  copy(workspace: string, plugin: string, into: string, signal?: AbortSignal): Promise<Tree>;
  /** The workspace's folder on this machine, where it has one. */
  folder?(workspace: string): string;
  /** Starts the workspace anew, so that it sees what changed. */
  restart?(workspace: string): Promise<void>;
}
