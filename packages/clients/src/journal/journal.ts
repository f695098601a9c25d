import type { OwnedTarget, WantedTarget } from './owned-target.js';

/** What a plugin has in which client. */
export interface PluginJournal {
  readonly clients: Readonly<Record<string, readonly OwnedTarget[]>>;
}

/** What was made for shared files and folders, whichever plugin was first; it goes with the last of them. */
export interface PlacesJournal {
  /** Folders that were missing. */
  readonly folders: readonly string[];
  /** By path: whether the file was missing, and what had to be made in it. */
  readonly files: Readonly<Record<string, SharedFile>>;
}

/** A shared file in a {@link PlacesJournal}. */
export interface SharedFile {
  readonly created: boolean;
  readonly made: readonly string[];
}

/** Changes that have begun. They are written down before the first write, and carried to their end by whoever comes next. */
export interface PendingChanges {
  readonly changes: readonly PendingChange[];
  readonly places: PlacesJournal;
  /** Part of the names of temporary files and folders. */
  readonly token: string;
}

/** One of {@link PendingChanges}. */
interface PendingChange {
  readonly plugin: string;
  readonly client: string;
  /** Which shapes' things are replaced. */
  readonly shapes: readonly string[];
  readonly wanted: readonly WantedTarget[];
  readonly only?: readonly string[] | undefined;
}

export const NO_PLACES: PlacesJournal = { folders: [], files: {} };
