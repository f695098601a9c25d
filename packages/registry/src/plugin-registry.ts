import type { ReadableStream } from 'node:stream/web';
import { assertPluginName, type PluginManifest, type PluginType } from '@agentmesh/manifest';
import { type PublicKeyInput, verifyBytes } from '@agentmesh/signing';
import type { BlobRange } from './blob-store.js';
import { changeListed } from './change-listed.js';
import { addOwner, claimName } from './change-owners.js';
import { checkOwners } from './check-owners.js';
import { openFileStore } from './file-store.js';
import { openFolderBlobs } from './folder-blobs.js';
import { getEntry } from './get-entry.js';
import { createMemoryBlobs } from './memory-blobs.js';
import { createMemoryStore } from './memory-store.js';
import { type PublishArchiveOptions, type Published, publishArchive } from './publish-archive.js';
import {
  type PublishContext,
  type PublishOptions,
  publishPlugin,
  type RegisterOptions,
  registerManifest,
} from './publish-plugin.js';
import { openArtifact, openArtifactRange, readArtifact } from './read-artifact.js';
import type { OwnerKey, RegistryEntry } from './registry-entry.js';
import type { RegistryOptions } from './registry-options.js';
import { registryPlaces } from './registry-places.js';
import type { Page, SearchQuery } from './registry-store.js';
import { searchAll } from './search-all.js';
import type { SentArchive } from './sent-archive.js';
import { setStatus } from './set-status.js';
import { unregisterVersions } from './unregister-versions.js';

/** Where a registry in files lies, and what else it works with. */
export interface OpenRegistryOptions extends Omit<RegistryOptions, 'store'> {
  /** The JSON file, `.agentmesh/registry.json` by custom; owners and artifacts lie in the folder `registry/` beside it. */
  readonly storagePath: string;
}

/** Why a version is deprecated, and what to use instead. */
export interface Deprecation {
  readonly reason: string;
  /** Name of another plugin. */
  readonly successor?: string;
}

/**
 * Where plugins are listed. It decides what may be listed and by whom; a {@link RegistryStore} keeps the rows and a
 * {@link BlobStore} the archives. A published version never changes, but for its status.
 */
export class PluginRegistry {
  readonly #context: PublishContext;

  /** A registry over any store; without options one in memory. */
  constructor(options: RegistryOptions = {}) {
    const { store = createMemoryStore(), blobs = createMemoryBlobs(), now = () => new Date() } = options;
    this.#context = { ...options, store, blobs, now };
  }

  /**
   * Opens a registry in files, or makes an empty one.
   *
   * @throws MarketplaceError `REGISTRY_CORRUPT` for a file that cannot be read; it is never taken as empty
   */
  static async open({ storagePath, ...options }: OpenRegistryOptions): Promise<PluginRegistry> {
    const store = await openFileStore(storagePath);
    const blobs = options.blobs ?? openFolderBlobs(registryPlaces(store.path).artifacts);
    return new PluginRegistry({ ...options, store, blobs });
  }

  /**
   * Lists a manifest without files.
   *
   * @throws MarketplaceError `MANIFEST_INVALID`, `ALREADY_REGISTERED`, `NAME_TOO_SIMILAR`, `NAME_OWNED`; with a `publicKey`
   * also `SIGNATURE_MISSING`, `SIGNATURE_INVALID`, `KEY_INVALID`
   */
  async register(manifest: PluginManifest, options: RegisterOptions = {}): Promise<RegistryEntry> {
    return registerManifest(this.#context, manifest, options);
  }

  /**
   * Packs a plugin's folder, keeps the archive and lists the version. The folder is not changed, but for one case: an
   * unsigned manifest without `content_digest` gets it.
   *
   * @throws MarketplaceError as {@link PluginRegistry.register}; `MANIFEST_NOT_FOUND`, `DIGEST_MISSING`, `DIGEST_MISMATCH`,
   * `TREE_UNSAFE`, `TREE_TOO_LARGE`, `NOT_PUBLISHABLE` (what `checkFiles` found)
   */
  async publish(dir: string, options: PublishOptions = {}): Promise<RegistryEntry> {
    return publishPlugin(this.#context, dir, options);
  }

  /**
   * Lists an archive that somebody else packed and signed: it is unpacked behind the guards of an installation, its manifest
   * has to name these files, and its signer has to be known. An archive that is listed already is no fault. Nothing is listed
   * before the archive is kept durably.
   *
   * @throws MarketplaceError as {@link PluginRegistry.register}; `ARCHIVE_INVALID`, `TREE_UNSAFE`, `TREE_TOO_LARGE`,
   * `MANIFEST_MISMATCH` (another name or version), `SIGNATURE_MISSING`, `DIGEST_MISSING`, `DIGEST_MISMATCH`, `KEY_UNKNOWN` (a
   * new name without `publicKey`), `NOT_PUBLISHABLE`, `INTEGRITY_MISMATCH`; the signal's reason
   */
  async publishArchive(archive: SentArchive, options: PublishArchiveOptions): Promise<Published> {
    return publishArchive(this.#context, archive, options);
  }

  /**
   * Takes a version, or all of a name, out of the registry, with its archive. For whoever keeps the registry: it breaks
   * installs that pin the version, so authors {@link PluginRegistry.yank} instead. A name without versions is free again.
   *
   * @returns what was removed
   * @throws MarketplaceError `PLUGIN_NOT_FOUND`, `VERSION_NOT_FOUND`
   */
  async unregister(name: string, version?: string): Promise<readonly RegistryEntry[]> {
    return unregisterVersions(this.#context, name, version);
  }

  /**
   * A plugin's manifest; see {@link PluginRegistry.getEntry}.
   *
   * @throws MarketplaceError `PLUGIN_NOT_FOUND`, `VERSION_NOT_FOUND`
   */
  async getPlugin(name: string, version?: string): Promise<PluginManifest> {
    return (await this.getEntry(name, version)).manifest;
  }

  /**
   * One version as it is listed: the given one, yanked or not, in its exact spelling; else the newest active one, else the
   * newest deprecated one.
   *
   * @throws MarketplaceError `PLUGIN_NOT_FOUND`, `VERSION_NOT_FOUND`
   */
  async getEntry(name: string, version?: string): Promise<RegistryEntry> {
    return getEntry(this.#context.store, name, version);
  }

  /** All versions of a name, yanked ones included, in the order they were listed; empty for a name that is not there. */
  async versions(name: string): Promise<readonly RegistryEntry[]> {
    return this.#context.store.versions(name);
  }

  /**
   * The keys that may publish versions of a name; empty when it has no owner.
   *
   * @throws MarketplaceError `REGISTRY_CORRUPT` when a key is not the one that its id says
   */
  async owners(name: string): Promise<readonly OwnerKey[]> {
    return checkOwners(await this.#context.store.owners(name));
  }

  /** Latest versions whose name or description holds the text, best first; all of them, as they came, for an empty text. */
  async search(text: string): Promise<readonly PluginManifest[]> {
    return this.#manifests({ text });
  }

  /**
   * A search page by page, with what the registry knows of each version.
   *
   * @throws MarketplaceError `CURSOR_INVALID`
   */
  async searchPage(query: SearchQuery): Promise<Page<RegistryEntry>> {
    return this.#context.store.search(query);
  }

  /** The latest version of every plugin, or of those whose latest version is of the type. */
  async listPlugins(filter: { readonly type?: PluginType } = {}): Promise<readonly PluginManifest[]> {
    return this.#manifests(filter);
  }

  /** Every version that an organization sees: those of its own and those without one. */
  async listForOrganization(organization: string): Promise<readonly PluginManifest[]> {
    return this.#manifests({ organization, latestOnly: false });
  }

  /**
   * An entry's archive as it comes; the stream fails with `INTEGRITY_MISMATCH` at its end when the bytes were not those
   * that are listed, so nothing of it may be used before.
   *
   * @throws MarketplaceError `BLOB_NOT_FOUND`, also for a version without files
   */
  async openArtifact(entry: RegistryEntry): Promise<ReadableStream<Uint8Array>> {
    return openArtifact(this.#context.blobs, entry);
  }

  /**
   * Part of an entry's archive, for who goes on with a download; not checked, because only the whole can be.
   *
   * @throws MarketplaceError `BLOB_NOT_FOUND`, also for a version without files
   */
  async openArtifactRange(entry: RegistryEntry, range: BlobRange): Promise<ReadableStream<Uint8Array>> {
    return openArtifactRange(this.#context.blobs, entry, range);
  }

  /**
   * An entry's archive, checked.
   *
   * @throws MarketplaceError `ARTIFACT_TOO_LARGE` (before anything is read), `BLOB_NOT_FOUND`, `INTEGRITY_MISMATCH`
   */
  async readArtifact(entry: RegistryEntry, options: { readonly maxBytes: number }): Promise<Uint8Array> {
    return readArtifact(this.#context.blobs, entry, options.maxBytes);
  }

  /**
   * Warns everybody off a version; it still installs.
   *
   * @throws MarketplaceError `PLUGIN_NOT_FOUND`, `VERSION_NOT_FOUND`, `NAME_INVALID` (the successor)
   */
  async deprecate(name: string, version: string, deprecation: Deprecation): Promise<RegistryEntry> {
    const { reason, successor } = deprecation;
    if (successor !== undefined) assertPluginName(successor);
    const status = { state: 'deprecated', reason, ...(successor === undefined ? {} : { successor }) } as const;
    return setStatus(this.#context, { name, version }, status);
  }

  /**
   * Hides a version from searches and from whoever does not ask for exactly it.
   *
   * @throws MarketplaceError `PLUGIN_NOT_FOUND`, `VERSION_NOT_FOUND`
   */
  async yank(name: string, version: string, { reason }: { readonly reason: string }): Promise<RegistryEntry> {
    return setStatus(this.#context, { name, version }, { state: 'yanked', reason });
  }

  /**
   * Makes a deprecated or yanked version active again.
   *
   * @throws MarketplaceError `PLUGIN_NOT_FOUND`, `VERSION_NOT_FOUND`
   */
  async restore(name: string, version: string): Promise<RegistryEntry> {
    return setStatus(this.#context, { name, version }, { state: 'active' });
  }

  /**
   * Gives a name without an owner to the key that signed its first signed version or, of an AGT file, any.
   *
   * @returns the name's owners
   * @throws MarketplaceError `PLUGIN_NOT_FOUND`, `NAME_OWNED`, `SIGNATURE_INVALID` (the key verifies none of those), `KEY_INVALID`
   */
  async claim(name: string, publicKey: PublicKeyInput): Promise<readonly OwnerKey[]> {
    return changeListed(this.#context.store, name, (rows) => claimName(rows, name, publicKey));
  }

  /**
   * Lets another key publish versions of a name.
   *
   * @param grant an owner's signature, from `signOwnerGrant`
   * @returns the name's owners
   * @throws MarketplaceError `PLUGIN_NOT_FOUND`, `NAME_UNOWNED`, `SIGNATURE_INVALID` (no owner signed the grant), `KEY_INVALID`
   */
  async addOwner(name: string, publicKey: PublicKeyInput, grant: Uint8Array): Promise<readonly OwnerKey[]> {
    return changeListed(this.#context.store, name, (rows) => addOwner(rows, name, { publicKey, grant }));
  }

  /**
   * The owner of a name who signed these bytes, such as those of `statusActionBytes`; undefined when none did.
   *
   * @param signature 64 bytes
   */
  async findOwner(name: string, bytes: Uint8Array, signature: Uint8Array): Promise<OwnerKey | undefined> {
    return (await this.owners(name)).find((owner) => verifyBytes(bytes, signature, owner.publicKey));
  }

  /** Another value after each change; undefined for a store that cannot tell. See `RegistryStore.revision`. */
  async revision(): Promise<string | undefined> {
    return this.#context.store.revision?.();
  }

  /** Lets go of the store's files and connections. */
  async close(): Promise<void> {
    await this.#context.store.close?.();
  }

  async #manifests(query: SearchQuery): Promise<readonly PluginManifest[]> {
    return (await searchAll(this.#context.store, query)).map((entry) => entry.manifest);
  }
}
