import { MarketplaceError, printable } from '@agentmesh/errors';
import { readFileLimited } from '@agentmesh/files';

const MAX_KEY_BYTES = 16_384;

/** What {@link readNamedFile} expects. */
export interface NamedFile {
  /** What the file is, for the message: `input`. */
  readonly what: string;
  readonly maxBytes: number;
  readonly hint?: string;
}

/**
 * The text of a file that the user named on the command line.
 *
 * @throws MarketplaceError `FILE_NOT_FOUND`, `FILE_TOO_LARGE`, `FILE_NOT_REGULAR`
 */
export async function readNamedFile(path: string, { what, maxBytes, hint }: NamedFile): Promise<string> {
  try {
    return (await readFileLimited(path, maxBytes)).toString('utf8');
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
    throw new MarketplaceError(`There is no ${what} at ${printable(path)}`, { code: 'FILE_NOT_FOUND', hint, cause });
  }
}

/** The PEM text of a public key that the user named; throws as {@link readNamedFile} does. */
export async function readKeyFile(path: string): Promise<string> {
  const hint = 'Name the PEM file of a public key, or make a key pair: agentmesh key generate';
  return readNamedFile(path, { what: 'public key', maxBytes: MAX_KEY_BYTES, hint });
}
