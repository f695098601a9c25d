import { lchownSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isGuestUser } from './guest-user.js';

const MAX_ENTRIES = 100_000;

/** The guest whose folder it is, or was. Another one with the same folder is the same user, so that both can use it at once. */
export function userOfFolder(folder: string): number | undefined {
  const { uid } = lstatSync(folder);
  return isGuestUser(uid) ? uid : undefined;
}

/** Makes a folder, and what earlier guests left in it, a guest's own. Links are not followed. Only root can. */
export function giveFolder(folder: string, user: number): void {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const path of [folder, ...names.slice(0, MAX_ENTRIES).map((name) => join(folder, name))]) {
    // A file with a second name may be somebody's elsewhere.
    const stats = lstatSync(path);
    if (stats.isDirectory() || (stats.isFile() && stats.nlink === 1)) lchownSync(path, user, user);
  }
}
