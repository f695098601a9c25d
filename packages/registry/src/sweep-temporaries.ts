import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Removes what `writeFileAtomic` left beside `path` in processes that were killed. To be called by who holds the lock under
 * which alone `path` is written.
 */
export async function sweepTemporaries(path: string): Promise<void> {
  const folder = dirname(path);
  const prefix = `.${basename(path)}.`;
  for (const name of await readdir(folder)) {
    if (name.startsWith(prefix) && /^[0-9a-z]+\.tmp$/.test(name.slice(prefix.length))) {
      await rm(join(folder, name), { force: true });
    }
  }
}
