import { lstatSync } from 'node:fs';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { readFileLimited } from '@agentmesh/files';

const MAX_BYTES = 16 * 1024 * 1024;

/** A text file of a user, as it was found. */
export interface TextFile {
  readonly text: string;
  /** Mode bits, to be kept. */
  readonly mode: number;
  /** Differs when somebody has written it since. */
  readonly version: string;
}

/**
 * Reads a file that is to be edited, at most 16 MiB; undefined where there is none. Decoding is exact: what comes back as a text goes back
 * as the same bytes.
 *
 * @throws MarketplaceError `CONFIG_UNREADABLE` for bytes that are no UTF-8; `FILE_TOO_LARGE`, `FILE_NOT_REGULAR`
 */
export async function readTextFile(path: string): Promise<TextFile | undefined> {
  // Before it is read: a version that is too old only makes somebody look again.
  const found = findVersion(path);
  if (found === undefined) return undefined;
  const bytes = await readFileLimited(path, MAX_BYTES);
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), ...found };
  } catch (error) {
    throw new MarketplaceError(`Expected UTF-8 in ${printable(path)}`, {
      code: 'CONFIG_UNREADABLE',
      hint: 'Convert the file; it was left as it is.',
      cause: error,
    });
  }
}

/** The mode and the version of a file; undefined where there is none. */
export function findVersion(path: string): Omit<TextFile, 'text'> | undefined {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return undefined;
  const { ino, size, mtimeNs, ctimeNs, mode } = found;
  return { mode: Number(mode & 0o777n), version: [ino, size, mtimeNs, ctimeNs].join(' ') };
}
