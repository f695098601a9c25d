/** An archive that lies somewhere and is read piece by piece, so that it need not fit into memory. */
export interface StoredArchive {
  /** In bytes. */
  readonly size: number;
  /** All of it, when it is in memory. */
  readonly whole?: Uint8Array;
  /** Up to `length` bytes from `position` on; fewer only at the end. */
  read(position: number, length: number): Promise<Uint8Array>;
}

const SLICE = 65_536;

/** The bytes of an archive one after the other; those in memory are not copied. */
export async function* readSlices(archive: StoredArchive): AsyncGenerator<Uint8Array, void, undefined> {
  for (let position = 0; position < archive.size; position += SLICE) {
    yield await archive.read(position, Math.min(SLICE, archive.size - position));
  }
}

/** An archive that is in memory already. */
export function storedBytes(bytes: Uint8Array): StoredArchive {
  return {
    size: bytes.length,
    whole: bytes,
    read: async (position, length) => bytes.subarray(position, position + length),
  };
}
