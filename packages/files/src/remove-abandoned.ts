import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Removes what killed processes left of writing `path` with `writeFileAtomic`. Only for whoever alone may write it: the temporary file
 * of a writer at work would go as well.
 */
export async function removeAbandoned(path: string): Promise<void> {
  const dir = dirname(path);
  const prefix = `.${basename(path)}.`;
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names) {
    if (!name.startsWith(prefix) || !/^[0-9a-z]+\.tmp$/.test(name.slice(prefix.length))) continue;
    await rm(join(dir, name), { force: true });
  }
}
