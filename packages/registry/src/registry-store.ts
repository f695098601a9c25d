import type { JsonValue, PluginType } from '@agentmesh/manifest';
import type { OwnerKey, RegistryEntry } from './registry-entry.js';

/** What is known of one name. */
export interface NameState {
  /** The name's versions in the order they were put, changes of this draft included. */
  readonly versions: readonly RegistryEntry[];
  /** Empty while the name has no version: owners of nothing do not count. */
  readonly owners: readonly OwnerKey[];
  /** Other listed names that differ from this one by case and `-`/`_` alone (`nameKey`). */
  readonly lookalikes: readonly string[];
}

/** One name's rows inside {@link RegistryStore.change}: a draft, of which nothing is kept when the work throws. */
export interface NameRows extends NameState {
  /** Adds the entry, or replaces the one of the same version where it stands. */
  put(entry: RegistryEntry): void;
  /** Removes a version; nothing happens when it is not there. */
  remove(version: string): void;
  setOwners(owners: readonly OwnerKey[]): void;
  /** Has a store that keeps an audit log write this down in the same step; others do without it. */
  note(note: ChangeNote): void;
}

/** What an audit log says of a change. */
export interface ChangeNote {
  /** Of this change alone. */
  readonly id: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly address?: string;
  readonly requestId?: string;
  readonly detail?: JsonValue;
}

/** A part of a manifest that a search looks at when asked to. */
export type SearchField = 'keywords' | 'capabilities';

/** What to look for. Every part is optional; yanked versions are never found. */
export interface SearchQuery {
  /** Part of the name or description, compared after `foldText` on both sides; empty finds all. */
  readonly text?: string;
  /** Where else to look for the text: in each keyword, in each capability. */
  readonly in?: readonly SearchField[];
  /** Entries that were published or changed at this time or later; ISO 8601 in UTC. Those without a time are older than any. */
  readonly updatedSince?: string;
  /** Entries that depend on a plugin of this name, or of one that looks like it (`nameKey`). */
  readonly dependsOn?: string;
  /** Plugins of this type; with `latestOnly` those whose latest version is of it. */
  readonly type?: PluginType;
  /** Versions without an organization or with this one are considered, others not; unset considers all. */
  readonly organization?: string;
  /** One entry a name, its latest version (default true); or every version. */
  readonly latestOnly?: boolean;
  /** Where the page before ended, as it said. */
  readonly cursor?: string;
  /** Entries a page at most; a store may give fewer and a cursor. Default: as many as the store likes. */
  readonly limit?: number;
}

/** A part of an answer; with a `cursor` when there is more. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor?: string;
}

/**
 * Where rows are kept. A store knows no rules: {@link PluginRegistry} decides, inside {@link RegistryStore.change}.
 */
export interface RegistryStore {
  /**
   * Runs `work` on one name's rows while nobody else, in this process or another, changes the store, and keeps all that
   * it did or, when it throws, nothing. Resolves when the change is durable.
   *
   * @param work synchronous; its answer is passed on
   */
  change<T>(name: string, work: (rows: NameRows) => T): Promise<T>;
  /** The name's versions in the order they were put; empty when it is not listed. */
  versions(name: string): Promise<readonly RegistryEntry[]>;
  /** The name's owners; empty when it has none or is not listed. */
  owners(name: string): Promise<readonly OwnerKey[]>;
  /**
   * With a text: exact names first, then names that begin with it, names that contain it, descriptions, then
   * keywords and capabilities if asked for; among equals what was published last; then names in the order they were first
   * put. Without one: that order alone.
   *
   * @throws MarketplaceError `CURSOR_INVALID`, `TIME_INVALID`
   */
  search(query: SearchQuery): Promise<Page<RegistryEntry>>;
  /**
   * Every listed name in the order they were first put, also those that no search finds because all their versions are
   * yanked. A store that cannot tell them does without it.
   */
  names?(): AsyncIterable<string>;
  /**
   * Another value after each change that was kept, by this process or another: whoever asked before it read may keep what it
   * read for as long as the value stays. A store that cannot tell it in a moment does without it.
   */
  revision?(): Promise<string>;
  /** Lets go of files and connections. */
  close?(): Promise<void>;
}
