import type { Tree, TreeDifference, TreeFile } from '@agentmesh/artifact';

/** Which of a workspace's places a path is in. Only names that were checked become paths. */
export type PlacePath = readonly [place: 'plugins' | 'kept' | 'records' | 'stage', ...names: string[]];

/** A folder on its way into a workspace. */
export interface StagedUpload {
  /** A folder on this machine. */
  readonly folder: string;
  /** What comes into its record; written after all files. */
  readonly record: string;
  readonly signal?: AbortSignal | undefined;
}

/** What moves files about in one workspace: a folder on this machine, or one in a container. All names in a path are checked by the caller. */
export interface TargetFiles {
  /** Names in a folder, sorted; empty when it is absent. */
  names(path: PlacePath): Promise<readonly string[]>;
  /** Whether something is there; what a link in its place leads to does not count. */
  exists(path: PlacePath): Promise<boolean>;
  /** Puts a folder and its record below an empty folder: `<path>/tree`, then `<path>/record.json`. */
  upload(path: PlacePath, upload: StagedUpload): Promise<void>;
  /** Makes folders and those above them. */
  makeFolders(...paths: readonly PlacePath[]): Promise<void>;
  /** Renames, in one step. */
  rename(from: PlacePath, to: PlacePath): Promise<void>;
  /** Removes whatever is there; nothing happens when there is nothing. */
  remove(path: PlacePath): Promise<void>;
  /** Removes files of a folder, then the folders below it that are empty. */
  prune(path: PlacePath, files: readonly string[]): Promise<void>;
  /** How a folder differs from its list; undefined when nobody can look. */
  inspect(path: PlacePath, files: readonly TreeFile[]): Promise<readonly TreeDifference[] | undefined>;
  /** Copies a folder to this machine behind the guards of trees. */
  copy(path: PlacePath, into: string, signal?: AbortSignal): Promise<Tree>;
  /** The text of a file of at most 8 MiB; undefined when it is absent. */
  read(path: PlacePath): Promise<string | undefined>;
}
