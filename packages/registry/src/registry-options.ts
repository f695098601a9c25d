import type { Tree } from '@agentmesh/artifact';
import type { Finding } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';
import type { Keyring } from '@agentmesh/signing';
import type { BlobStore } from './blob-store.js';
import type { RegistryStore } from './registry-store.js';

/** What {@link CheckFiles} looks at. */
export interface PackedPlugin {
  readonly manifest: PluginManifest;
  /** The author's folder, or the one that an archive was unpacked to; with `files` there is none. */
  readonly dir: string;
  /** The content of every file by its path, of a small archive that was unpacked in memory. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  /** What was packed of it. */
  readonly tree: Tree;
}

/** Looks at the files of a plugin that is about to be published; a finding that is an error refuses it. */
export type CheckFiles = (plugin: PackedPlugin) => Promise<readonly Finding[]>;

/**
 * Reads the manifest of an archive that somebody sends, unknown keys refused: for who must not wait while a large one is parsed.
 *
 * @throws MarketplaceError `MANIFEST_INVALID`
 */
export type ReadManifest = (text: string) => Promise<PluginManifest>;

/** What a `PluginRegistry` works with. */
export interface RegistryOptions {
  /** Default: in memory. */
  readonly store?: RegistryStore;
  /** Default: in memory. */
  readonly blobs?: BlobStore;
  /** Keys of authors, among which the signer of a new name is looked for when the caller names no key. */
  readonly keys?: Keyring;
  /** Default: nothing is checked beyond the tree itself. */
  readonly checkFiles?: CheckFiles;
  /** Default: it is read at once, on the thread that publishes. */
  readonly readManifest?: ReadManifest;
  /** Tells the time of publication, and which keys are valid (default: the present). */
  readonly now?: () => Date;
}
