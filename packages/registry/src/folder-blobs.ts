import { constants, lstatSync, readFileSync } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { checkIntegrity, checkIntegrityInSlices } from '@agentmesh/artifact';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { writeFileAtomic } from '@agentmesh/files';
import { blobMissing } from './blob-missing.js';
import type { BlobStore } from './blob-store.js';
import { copyFileChecked } from './copy-file-checked.js';
import { hashFile } from './hash-file.js';
import { integrityHex } from './integrity-hex.js';
import { putSmallFile } from './put-small-file.js';

/** Bytes of a blob that is compared and written sooner than such work could be queued. */
const SMALL = 131_072;

/** A blob store in a folder, made when it is first needed: one file `<sha512 in hexadecimal>.tgz` an archive. */
export function openFolderBlobs(folder: string): BlobStore {
  const pathOf = (integrity: string) => join(folder, `${integrityHex(integrity)}.tgz`);
  return {
    async put(bytes, integrity) {
      const path = pathOf(integrity);
      if (bytes.length <= SMALL) {
        checkIntegrity(bytes, integrity);
        if (!isSame(path, bytes)) await putSmallFile(path, bytes);
        return;
      }
      await checkIntegrityInSlices(bytes, integrity);
      if (await isKept(path, integrity)) return;
      await mkdir(folder, { recursive: true });
      await writeFileAtomic(path, bytes);
    },
    async putFile(source, integrity) {
      const path = pathOf(integrity);
      if (await isKept(path, integrity)) return;
      await mkdir(folder, { recursive: true });
      await copyFileChecked(source, path, integrity);
    },
    async open(integrity) {
      return streamOf(await openFile(pathOf(integrity), integrity));
    },
    async openRange(integrity, range) {
      return streamOf(await openFile(pathOf(integrity), integrity), range);
    },
    async remove(integrity) {
      await rm(pathOf(integrity), { force: true });
    },
  };
}

function streamOf(handle: FileHandle, range: { start?: number; end?: number } = {}): ReadableStream<Uint8Array> {
  // Node's own declaration of the stream's chunks is `any`; a read stream without an encoding gives bytes.
  return Readable.toWeb(handle.createReadStream(range)) as ReadableStream<Uint8Array>;
}

/** A copy that is damaged, or a link, does not count, so that it is replaced. */
async function isKept(path: string, integrity: string): Promise<boolean> {
  const stats = await lstat(path).catch(unlessAbsent);
  return stats?.isFile() === true && (await hashFile(path)) === integrity;
}

/** {@link isKept} for a small blob. */
function isSame(path: string, bytes: Uint8Array): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size === bytes.length && readFileSync(path).equals(bytes);
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
