import { statSync } from 'node:fs';
import { dirname } from 'node:path';

const [READ, SEARCH] = [0o004, 0o001];

/** What keeps other users from reading `path`: itself, or a folder above it. Undefined where all may. */
export function findClosed(path: string): string | undefined {
  const stats = statSync(path);
  const needed = stats.isDirectory() ? READ | SEARCH : READ;
  return (stats.mode & needed) === needed ? closedFolderOf(path) : path;
}

function closedFolderOf(path: string): string | undefined {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & SEARCH) === 0) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
