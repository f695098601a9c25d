import type { Permissions } from './permissions.js';

/**
 * A plugin whose files lie in a folder, as a shape sees it. Plain structural types: whoever has a manifest and a list of
 * files has one of these.
 */
export interface StagedPlugin {
  /** Checked by the publishing rule: safe as one segment of a path. */
  readonly name: string;
  readonly version: string;
  /** Absolute path of the plugin's folder. */
  readonly root: string;
  /** Every regular file, by path. Shapes look here, not on disk, to know what there is; `readPluginFile` reads one. */
  readonly files: readonly StagedFile[];
  /** What lies in the folder and is no part of the plugin; left out where the whole plugin is refused for it. */
  readonly refused?: readonly RefusedEntry[];
  /** The fields of its manifest as the file has them, untrusted; empty for a plugin without one. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** What the plugin may do when it runs; nothing that is not written here. */
  readonly permissions: Permissions;
}

/** A regular file of a plugin. */
export interface StagedFile {
  /** `/`-separated, relative to the root. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Of its content, hexadecimal. */
  readonly sha256: string;
}

/** A link, a device, a name that is not portable: something that a plugin cannot have. */
export interface RefusedEntry {
  /** `/`-separated, relative to the root. */
  readonly path: string;
  /** Why, as a phrase: `is a symbolic link`. */
  readonly reason: string;
}
