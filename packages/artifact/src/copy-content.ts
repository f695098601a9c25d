import { chmodSync, constants, copyFile, linkSync, lstatSync, unlinkSync } from 'node:fs';
import { errorCode } from './error-code.js';
import { hashFile } from './hash-file.js';
import type { TreeFile } from './tree.js';

/**
 * How bytes come from one place to another of the same machine. `reflink` shares them until either file is written to, where the file
 * system can (Btrfs, XFS, APFS), and copies elsewhere; `hardlink` makes one file of both, so that writing to one writes to the other.
 */
export type CopyMethod = 'copy' | 'reflink' | 'hardlink';

/** One copy. */
export interface ContentCopy {
  readonly from: string;
  /** Must not be there yet. */
  readonly to: string;
  /** What the content has to be. */
  readonly content: Pick<TreeFile, 'size' | 'sha256'>;
  /** Mode bits of the new file, whatever the umask says. A hard link keeps those of the file it leads to. */
  readonly mode: number;
  readonly method: CopyMethod;
}

/** The file system cannot make that link. */
const NO_LINK: ReadonlySet<string | undefined> = new Set(['EXDEV', 'EMLINK', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP']);

/**
 * Brings one file to a new place and hashes what arrived there. A link at `from` is not followed. Making a file is what takes long, and happens
 * beside other calls; the hashing blocks.
 *
 * @returns false, with nothing left behind, when `from` is not there or is not a regular file of exactly that content
 * @throws file system errors
 */
export async function copyContent(copy: ContentCopy): Promise<boolean> {
  const { from, to, content, mode, method } = copy;
  const stats = lstatSync(from, { throwIfNoEntry: false });
  if (stats?.isFile() !== true || stats.size !== content.size) return false;
  try {
    if (method !== 'hardlink' || !tryLink(from, to)) {
      await copyBytes(from, to, method === 'reflink' ? constants.COPYFILE_FICLONE : 0);
      chmodSync(to, mode);
    }
  } catch (error) {
    // Somebody else may have found that it is not what it should be, and removed it.
    if (errorCode(error) === 'ENOENT' && lstatSync(from, { throwIfNoEntry: false }) === undefined) return false;
    throw error;
  }
  if (hashFile(to, content.size)?.sha256 === content.sha256) return true;
  unlinkSync(to);
  return false;
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (NO_LINK.has(errorCode(error))) return false;
    throw error;
  }
}

/** The callback form: for many small files promises of `node:fs` cost as much again as the copying. */
function copyBytes(from: string, to: string, flags: number): Promise<void> {
  return new Promise((resolve, reject) => {
    copyFile(from, to, constants.COPYFILE_EXCL | flags, (error) => (error === null ? resolve() : reject(error)));
  });
}
