import { readFile } from 'node:fs/promises';
import type { ReadableStream } from 'node:stream/web';
import type { PluginManifest } from '@agentmesh/manifest';
import {
  type BlobStore,
  type CopySource,
  type Deprecation,
  type OwnerKey,
  PluginRegistry,
  type PublishArchiveOptions,
  type Published,
  type PublishOptions,
  packPublishable,
  type RegistryEntry,
  type RegistryStore,
  type SentArchive,
} from '@agentmesh/registry';
import { type PublicKeyInput, readPublicKey } from '@agentmesh/signing';
import { ApiClient } from './api-client.js';
import { ArtifactPlaces } from './artifact-places.js';
import { changeStatus } from './change-status.js';
import { parseEntry, parseOwners } from './entry-json.js';
import type { HttpRegistryOptions } from './http-registry-options.js';
import { namePath, versionPath } from './registry-paths.js';
import { createRemoteBlobs } from './remote-blobs.js';
import { RemoteReader } from './remote-reader.js';
import { createRemoteStore, readOnly } from './remote-store.js';

const KEY_HEADER = 'X-Agentmesh-Public-Key';

/**
 * A registry on a server, or a static mirror of one. It reads as any other; what the server decides is asked of the server, and
 * what only its keeper may do (`register`, `unregister`, `claim`) is REGISTRY_READ_ONLY.
 *
 * All methods throw besides what they throw elsewhere: TOKEN_REQUIRED, TOKEN_INVALID, SCOPE_MISSING, TOO_MANY_REQUESTS,
 * SERVER_BUSY, DATABASE_UNAVAILABLE, FETCH_FAILED, FETCH_TIMEOUT, FETCH_TOO_LARGE, OFFLINE.
 */
export class HttpRegistry extends PluginRegistry implements CopySource {
  /** The reading half of a store: `change` is refused. */
  readonly store: RegistryStore;
  /** Archives of versions that were read here before. */
  readonly blobs: BlobStore;
  readonly #client: ApiClient;
  readonly #places: ArtifactPlaces;
  readonly #options: HttpRegistryOptions;

  /** @throws MarketplaceError `REGISTRY_URL_INVALID`, `PROXY_INVALID` */
  constructor(options: HttpRegistryOptions) {
    const client = new ApiClient(options);
    const places = new ArtifactPlaces();
    const store = createRemoteStore(new RemoteReader(client), places);
    const blobs = createRemoteBlobs(client, places);
    super({ store, blobs });
    this.store = store;
    this.blobs = blobs;
    this.#client = client;
    this.#places = places;
    this.#options = options;
  }

  override async register(): Promise<RegistryEntry> {
    throw readOnly('A manifest without files is not listed over HTTP');
  }

  override async unregister(): Promise<readonly RegistryEntry[]> {
    throw readOnly('A version is not removed over HTTP; yank it');
  }

  override async claim(): Promise<readonly OwnerKey[]> {
    throw readOnly('A name is not claimed over HTTP');
  }

  /** Packs the folder of a signed plugin by the rules of publishing, and has the server list it. */
  override async publish(dir: string, options: PublishOptions = {}): Promise<RegistryEntry> {
    const { publicKey, ...folder } = options;
    const { manifest, archive } = await packPublishable(dir, { ...folder, checkFiles: this.#options.checkFiles });
    return this.#put(manifest, archive.bytes, options);
  }

  override async publishArchive(archive: SentArchive, options: PublishArchiveOptions): Promise<Published> {
    const known = (await this.versions(options.name)).find(({ manifest }) => manifest.version === options.version);
    const bytes = 'bytes' in archive ? archive.bytes : await readFile(archive.path);
    const entry = await this.#put(options, bytes, options);
    return { entry, isNew: known === undefined };
  }

  override async deprecate(name: string, version: string, deprecation: Deprecation): Promise<RegistryEntry> {
    return changeStatus(this.#context, { action: 'deprecate', name, version, ...deprecation });
  }

  override async yank(name: string, version: string, { reason }: { readonly reason: string }): Promise<RegistryEntry> {
    return changeStatus(this.#context, { action: 'yank', name, version, reason });
  }

  override async restore(name: string, version: string): Promise<RegistryEntry> {
    return changeStatus(this.#context, { action: 'restore', name, version });
  }

  override async addOwner(name: string, publicKey: PublicKeyInput, grant: Uint8Array): Promise<readonly OwnerKey[]> {
    const value = await this.#client.send({
      method: 'POST',
      path: `${pathOf(namePath(name), name)}/owners`,
      type: 'application/json',
      body: Buffer.from(
        JSON.stringify({ public_key: formatKey(publicKey), grant: Buffer.from(grant).toString('base64') }),
      ),
    });
    return parseOwners(value);
  }

  override openArtifact(entry: RegistryEntry): Promise<ReadableStream<Uint8Array>> {
    this.#places.remember(entry);
    return super.openArtifact(entry);
  }

  override readArtifact(entry: RegistryEntry, options: { readonly maxBytes: number }): Promise<Uint8Array> {
    this.#places.remember(entry);
    return super.readArtifact(entry, options);
  }

  override close(): Promise<void> {
    return this.#client.close();
  }

  get #context(): { readonly client: ApiClient; readonly signer: HttpRegistryOptions['signer'] } {
    return { client: this.#client, signer: this.#options.signer };
  }

  async #put(
    { name, version }: Pick<PluginManifest, 'name' | 'version'>,
    body: Uint8Array,
    { publicKey, signal }: PublishOptions,
  ): Promise<RegistryEntry> {
    const value = await this.#client.send({
      method: 'PUT',
      path: pathOf(versionPath(name, version), name),
      type: 'application/gzip',
      body,
      headers: publicKey === undefined ? {} : { [KEY_HEADER]: formatKey(publicKey) },
      signal,
    });
    return parseEntry(value);
  }
}

/** SPKI in base64, as the API takes keys. */
function formatKey(key: PublicKeyInput): string {
  return readPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');
}

function pathOf(path: string | undefined, name: string): string {
  if (path !== undefined) return path;
  throw readOnly(`No registry lists something under the name or version of ${JSON.stringify(name.slice(0, 100))}`);
}
