import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { errorCode } from './error-code.js';

/** `lstat`, or undefined when nothing is there. */
export async function lstatIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
