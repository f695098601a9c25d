import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MarketplaceError } from '@agentmesh/errors';

/**
 * Copies a file piece by piece, checks the bytes that were written, and puts the copy in its place in one step after it is on
 * disk.
 *
 * @throws MarketplaceError `INTEGRITY_MISMATCH`; nothing is left behind then
 */
export async function copyFileChecked(source: string, target: string, integrity: string): Promise<void> {
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID().replaceAll('-', '')}.tmp`);
  try {
    const found = await copy(source, temporary);
    if (found !== integrity) {
      throw new MarketplaceError(`Expected an archive with ${integrity}, got one with ${found}`, {
        code: 'INTEGRITY_MISMATCH',
        hint: 'The file changed while it was being kept: publish it again.',
      });
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function copy(source: string, target: string): Promise<string> {
  const hash = createHash('sha512');
  const handle = await open(target, 'wx', 0o644);
  try {
    for await (const chunk of createReadStream(source)) {
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return `sha512-${hash.digest('base64')}`;
}
