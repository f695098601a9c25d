import { ReadableStream } from 'node:stream/web';
import { checkIntegrity } from '@agentmesh/artifact';
import { blobMissing } from './blob-missing.js';
import type { BlobStore } from './blob-store.js';

/** A blob store that forgets everything with its process. */
export function createMemoryBlobs(): BlobStore {
  const blobs = new Map<string, Uint8Array>();
  return {
    async put(bytes, integrity) {
      checkIntegrity(bytes, integrity);
      blobs.set(integrity, Uint8Array.from(bytes));
    },
    async open(integrity) {
      const bytes = blobs.get(integrity);
      if (bytes === undefined) throw blobMissing(integrity);
      return ReadableStream.from([Uint8Array.from(bytes)]);
    },
    async remove(integrity) {
      blobs.delete(integrity);
    },
  };
}
