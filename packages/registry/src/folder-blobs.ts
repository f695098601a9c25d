import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { checkIntegrity, integrityOf } from '@agentmesh/artifact';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { writeFileAtomic } from '@agentmesh/files';
import { blobMissing } from './blob-missing.js';
import type { BlobStore } from './blob-store.js';
import { integrityHex } from './integrity-hex.js';

/** A blob store in a folder, made when it is first needed: one file `<sha512 in hexadecimal>.tgz` an archive. */
export function openFolderBlobs(folder: string): BlobStore {
  const pathOf = (integrity: string) => join(folder, `${integrityHex(integrity)}.tgz`);
  return {
    async put(bytes, integrity) {
      const path = pathOf(integrity);
      checkIntegrity(bytes, integrity);
      if (await isKept(path, integrity)) return;
      await mkdir(folder, { recursive: true });
      await writeFileAtomic(path, bytes);
    },
    async open(integrity) {
      const handle = await openFile(pathOf(integrity), integrity);
      // Node's own declaration of the stream's chunks is `any`; a read stream without an encoding gives bytes.
      return Readable.toWeb(handle.createReadStream()) as ReadableStream<Uint8Array>;
    },
    async remove(integrity) {
      await rm(pathOf(integrity), { force: true });
    },
  };
}

/** A copy that is damaged, or a link, does not count, so that it is replaced. */
async function isKept(path: string, integrity: string): Promise<boolean> {
  const stats = await lstat(path).catch(unlessAbsent);
  return stats?.isFile() === true && integrityOf(await readFile(path)) === integrity;
}

async function openFile(path: string, integrity: string): Promise<FileHandle> {
  const stats = await lstat(path).catch(unlessAbsent);
  if (stats === undefined) throw blobMissing(integrity);
  if (!stats.isFile()) {
    throw new MarketplaceError(`Expected a regular file at ${printable(path, 1000)}`, {
      code: 'INTEGRITY_MISMATCH',
      hint: 'Somebody put something else, such as a link, in its place: remove it, and publish or mirror the version again.',
    });
  }
  // Windows has no such flag; there the check above has to do.
  return open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
