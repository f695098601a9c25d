import { readlinkSync } from 'node:fs';
import { errorCode } from './error-code.js';
import { unsafe } from './refusal.js';

/**
 * Holds an open descriptor against the path that it was opened by: a folder above may have been a link for just that moment. Only Linux tells what
 * is open (proc_pid_fd(5)); elsewhere nothing is checked.
 *
 * @param realPath absolute, without any link in it
 * @throws MarketplaceError `TREE_UNSAFE`
 */
export function assertOpenedAt(descriptor: number, realPath: string, path: string): void {
  if (process.platform !== 'linux') return;
  let opened: string;
  try {
    opened = readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch (error) {
    // No /proc here.
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  if (opened !== realPath) throw unsafe(path, 'a folder above it was replaced while it was read');
}
