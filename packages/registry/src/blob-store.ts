import type { ReadableStream } from 'node:stream/web';
import type { NameRows, RegistryStore } from './registry-store.js';

/** Part of a blob: the positions of its first and last byte. */
export interface BlobRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Keeps bytes together with the rows of a change, inside of {@link RegistryStore.change}.
 *
 * @throws MarketplaceError `INTEGRITY_MISMATCH`
 */
export type KeepBeside = (rows: NameRows, bytes: Uint8Array, integrity: string) => void;

/** Where archives are kept, by the integrity of their bytes. */
export interface BlobStore {
  /**
   * Keeps the bytes durably; doing it again changes nothing, and heals a copy that was damaged.
   *
   * @throws MarketplaceError `INTEGRITY_MISMATCH` when the bytes are not what the integrity says
   */
  put(bytes: Uint8Array, integrity: string): Promise<void>;
  /**
   * The same with the bytes of a file, which is left as it is, read piece by piece so that it need not fit into memory.
   *
   * @throws MarketplaceError `INTEGRITY_MISMATCH`
   */
  putFile?(path: string, integrity: string): Promise<void>;
  /**
   * How bytes are kept in the very step in which a store lists them; undefined where they have to be put before.
   *
   * @param size of the bytes
   */
  beside?(store: RegistryStore, size: number): KeepBeside | undefined;
  /**
   * The bytes as they are kept, not checked again: `PluginRegistry` does that while they pass.
   *
   * @throws MarketplaceError `BLOB_NOT_FOUND`
   */
  open(integrity: string): Promise<ReadableStream<Uint8Array>>;
  /**
   * A part of the bytes as they are kept, where the store can begin in the middle.
   *
   * @param range first and last byte, both included
   * @throws MarketplaceError `BLOB_NOT_FOUND`
   */
  openRange?(integrity: string, range: BlobRange): Promise<ReadableStream<Uint8Array>>;
  /** Removes the bytes; nothing happens when they are not there. A store without it keeps everything. */
  remove?(integrity: string): Promise<void>;
}
