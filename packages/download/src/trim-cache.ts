import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const HOUR_MS = 3_600_000;

interface CachedFile {
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/**
 * Removes what was put first until a cache folder is within its cap, keys that lead nowhere, and what killed writers left
 * for more than an hour. Ages are measured against the newest file, so no clock is asked. A reader of what goes finds nothing.
 *
 * @param limits.keep content that stays
 */
export async function trimCache(
  folder: string,
  limits: { readonly maxBytes: number; readonly keep: string },
): Promise<void> {
  const files = await listFiles(join(folder, 'content'));
  const newest = Math.max(...files.map((file) => file.mtimeMs));
  const isLeftover = (file: CachedFile): boolean => file.name.startsWith('.') && newest - file.mtimeMs > HOUR_MS;
  for (const file of files.filter(isLeftover)) await rm(join(folder, 'content', file.name), { force: true });
  let total = files.reduce((sum, file) => sum + file.size, 0);
  if (total <= limits.maxBytes) return;
  const oldestFirst = files.toSorted((a, b) => a.mtimeMs - b.mtimeMs);
  const kept = new Set(files.map((file) => file.name));
  for (const file of oldestFirst) {
    if (total <= limits.maxBytes) break;
    if (file.name === limits.keep || file.name.startsWith('.')) continue;
    await rm(join(folder, 'content', file.name), { force: true });
    kept.delete(file.name);
    total -= file.size;
  }
  await removeDeadKeys(join(folder, 'keys'), kept);
}

async function removeDeadKeys(folder: string, kept: ReadonlySet<string>): Promise<void> {
  for (const { name } of await listFiles(folder)) {
    const id = await readFile(join(folder, name), 'utf8').catch(() => '');
    if (!kept.has(id.trim())) await rm(join(folder, name), { force: true });
  }
}

/** Another process may remove files at the same time: those are simply not there. */
async function listFiles(folder: string): Promise<CachedFile[]> {
  const found = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const stats = await lstat(join(folder, name)).catch(() => undefined);
      return stats === undefined ? [] : [{ name, size: stats.size, mtimeMs: stats.mtimeMs }];
    }),
  );
  return found.flat();
}
