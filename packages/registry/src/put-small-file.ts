import { closeSync, fchmodSync, fsync, mkdirSync, open, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const MODE = 0o644;
const flush = promisify(fsync);
const openFile = promisify(open);

/**
 * Puts a small file in its place in one step, after its bytes are on disk. Only the disk is waited for, which may be
 * busy when a file is made and when its bytes have to be there: the other calls are over sooner than they could be queued. Folders are made when they are missing.
 */
export async function putSmallFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(
    dirname(path),
    `.${basename(path)}.${process.pid.toString(36)}${Math.random().toString(36).slice(2)}.tmp`,
  );
  const descriptor = await openNew(temporary);
  try {
    try {
      writeFileSync(descriptor, bytes);
      fchmodSync(descriptor, MODE);
      await flush(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Made exclusively, so that a name that somebody took is an error and never followed. */
async function openNew(path: string): Promise<number> {
  try {
    return await openFile(path, 'wx', MODE);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    mkdirSync(dirname(path), { recursive: true });
    return openFile(path, 'wx', MODE);
  }
}
