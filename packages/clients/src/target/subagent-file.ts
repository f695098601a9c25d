import { lstat, rm } from 'node:fs/promises';
import { isMarketplaceError } from '@agentmesh/errors';
import { readFileLimited, writeFileAtomic } from '@agentmesh/files';
import { digestText } from './digest-text.js';

const MAX_BYTES = 1024 * 1024;

/** What stands at the place of a sub-agent, as a digest of its bytes; undefined for nothing. */
export async function inspectSubagentFile(path: string): Promise<string | undefined> {
  const found = await lstat(path).catch(unlessAbsent);
  if (found === undefined) return undefined;
  if (!found.isFile()) return 'other';
  try {
    return digestText(await readFileLimited(path, MAX_BYTES));
  } catch (error) {
    // Larger than anything that was put there.
    if (isMarketplaceError(error)) return 'other';
    throw error;
  }
}

/** Writes it in one step. */
export async function putSubagentFile(path: string, text: string): Promise<void> {
  await writeFileAtomic(path, text);
}

/** Takes it away. */
export async function takeSubagentFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
