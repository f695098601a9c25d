import { isMarketplaceError } from '@agentmesh/errors';
import type { Page, RegistryEntry, SearchQuery } from '@agentmesh/registry';
import type { ApiClient } from './api-client.js';
import { createApiReader } from './api-reader.js';
import type { NameDocument } from './entry-json.js';
import { ForeignAnswer } from './foreign-answer.js';
import { openMirrorReader } from './mirror-reader.js';
import { MIRROR_FILE } from './registry-paths.js';
import type { RegistryReader } from './registry-reader.js';

/**
 * Reads what stands behind a URL: the API of a server or, where other answers come, a mirror. What it was is remembered, in
 * the cache too; a server's API costs no request more.
 */
export class RemoteReader implements RegistryReader {
  readonly #client: ApiClient;
  readonly #api: RegistryReader;
  #mirror: Promise<RegistryReader | undefined> | undefined;

  constructor(client: ApiClient) {
    this.#client = client;
    this.#api = createApiReader(client);
  }

  name(name: string): Promise<NameDocument | undefined> {
    return this.#read((reader) => reader.name(name));
  }

  search(query: SearchQuery): Promise<Page<RegistryEntry>> {
    return this.#read((reader) => reader.search(query));
  }

  names(): Promise<readonly string[]> {
    return this.#read((reader) => reader.names());
  }

  async #read<T>(work: (reader: RegistryReader) => Promise<T>): Promise<T> {
    if (this.#mirror === undefined && (await this.#client.isKept(MIRROR_FILE))) this.#mirror = this.#open();
    const mirror = await this.#mirror;
    if (mirror !== undefined) return work(mirror);
    try {
      return await work(this.#api);
    } catch (error) {
      if (!(error instanceof ForeignAnswer)) throw error;
      const found = await this.#open().catch(unlessUnknown(error));
      if (found === undefined) throw error;
      this.#mirror = Promise.resolve(found);
      return work(found);
    }
  }

  #open(): Promise<RegistryReader | undefined> {
    return openMirrorReader((path) => this.#client.readFile(path));
  }
}

/** A page in the place of the mirror's own file says nothing more than the page before. */
function unlessUnknown(foreign: ForeignAnswer): (error: unknown) => never {
  return (error) => {
    throw isMarketplaceError(error) && error.code === 'FETCH_FAILED' ? foreign : error;
  };
}
