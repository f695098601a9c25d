import { readlink } from 'node:fs/promises';
import { ifPresent } from './if-present.js';

/** The text of the link at `path`; undefined where nothing or something else is. */
export async function findLink(path: string): Promise<string | undefined> {
  return ifPresent(readlink(path).catch(unlessNoLink));
}

function unlessNoLink(error: unknown): undefined {
  // POSIX and Windows say "not a link" in different words.
  if (error instanceof Error && 'code' in error && (error.code === 'EINVAL' || error.code === 'UNKNOWN'))
    return undefined;
  throw error;
}
