import type { JsonValue } from '../json-value.js';

/** A plugin in a workspace, and where it came from. */
export interface InstallRow {
  readonly workspace: string;
  readonly plugin: string;
  readonly version: string;
  /** The source as it was asked for. */
  readonly source: string;
  /** What the source stood for. */
  readonly resolved: string;
  /** `h1:…` of the tree. */
  readonly contentDigest: string;
  readonly integrity?: string;
  /** Key that the signature was verified with. */
  readonly keyId?: string;
  /** ISO 8601 in UTC. */
  readonly installedAt: string;
  readonly manifest: JsonValue;
}

/** What is installed where; an install needs no workspace row. */
export interface InstallRows {
  /** Adds the install, or replaces the one of the same plugin. */
  put(row: InstallRow): Promise<void>;
  find(workspace: string, plugin: string): Promise<InstallRow | undefined>;
  /** By plugin. */
  list(workspace: string): Promise<readonly InstallRow[]>;
  /** @returns whether it was there */
  remove(workspace: string, plugin: string): Promise<boolean>;
}
