import type { ReadableStream } from 'node:stream/web';

/** Where archives are kept, by the integrity of their bytes. */
export interface BlobStore {
  /**
   * Keeps the bytes durably; doing it again changes nothing, and heals a copy that was damaged.
   *
   * @throws MarketplaceError `INTEGRITY_MISMATCH` when the bytes are not what the integrity says
   */
  put(bytes: Uint8Array, integrity: string): Promise<void>;
  /**
   * The bytes as they are kept, not checked again: `PluginRegistry` does that while they pass.
   *
   * @throws MarketplaceError `BLOB_NOT_FOUND`
   */
  open(integrity: string): Promise<ReadableStream<Uint8Array>>;
  /** Removes the bytes; nothing happens when they are not there. A store without it keeps everything. */
  remove?(integrity: string): Promise<void>;
}
