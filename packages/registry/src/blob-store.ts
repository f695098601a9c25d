import type { ReadableStream } from 'node:stream/web';

/** Part of a blob: the positions of its first and last byte. */
export interface BlobRange {
  readonly start: number;
  readonly end: number;
}

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
