import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** One entry of a folder, whatever it is. */
export interface FolderEntry {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'other';
  /** Content in bytes; 0 for what is no file. */
  readonly size: number;
  /** SHA-256 of the content, hex; empty for what is no file. */
  readonly sha256: string;
}

/** Everything below `folder`, sorted by path, hostile entries included; links are not followed. Empty when it is absent. */
export async function listFolder(folder: string): Promise<readonly FolderEntry[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(absentAsEmpty);
  const entries = await Promise.all(
    found.map(async (entry): Promise<FolderEntry> => {
      const place = join(entry.parentPath, entry.name);
      const path = relative(folder, place);
      if (!entry.isFile()) return { path, kind: entry.isDirectory() ? 'folder' : 'other', size: 0, sha256: '' };
      const bytes = await readFile(place);
      return { path, kind: 'file', size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    }),
  );
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function absentAsEmpty(error: unknown): [] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
  throw error;
}
