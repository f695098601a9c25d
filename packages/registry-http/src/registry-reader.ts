import type { Page, RegistryEntry, SearchQuery } from '@agentmesh/registry';
import type { NameDocument } from './entry-json.js';

/** Reads a registry, whatever kind of server has it. */
export interface RegistryReader {
  /** All of a name; undefined when it is not listed. */
  name(name: string): Promise<NameDocument | undefined>;
  /** A page of a search; see `RegistryStore.search`. */
  search(query: SearchQuery): Promise<Page<RegistryEntry>>;
  /** Every name in the order they were first put, also those whose versions are all yanked. */
  names(): Promise<readonly string[]>;
}
