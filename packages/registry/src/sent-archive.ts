import { open } from 'node:fs/promises';
import type { StoredArchive } from '@agentmesh/artifact';

/** An archive that somebody sent, hashed while it came: in a file or, a small one, in memory. */
export type SentArchive = {
  /** In bytes. */
  readonly size: number;
  /** `sha512-…` */
  readonly integrity: string;
} & ({ readonly path: string } | { readonly bytes: Uint8Array });

/** Lets `work` read the archive: the bytes in memory, or the file piece by piece. */
export async function withStoredArchive<T>(
  archive: SentArchive,
  work: (archive: StoredArchive) => Promise<T>,
): Promise<T> {
  const { size } = archive;
  if ('bytes' in archive) {
    const { bytes } = archive;
    return work({ size, read: async (position, length) => bytes.subarray(position, position + length) });
  }
  const handle = await open(archive.path, 'r');
  try {
    return await work({
      size,
      async read(position, length) {
        const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - position)));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
        return buffer.subarray(0, bytesRead);
      },
    });
  } finally {
    await handle.close();
  }
}
