import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { extensionInvalid, type NamedExtension } from './extension-invalid.js';

const MAX_ENTRIES = 50_000;

/**
 * The sha256 of everything in a folder, whatever it is called: nothing that an import could reach is left out. A link counts by
 * where it leads.
 *
 * @param pack for messages
 * @throws MarketplaceError `RESOLVER_INVALID`, `SHAPE_INVALID` for more than 50,000 entries; file system errors pass through
 */
export async function hashFolder(folder: string, pack: NamedExtension): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  if (entries.length > MAX_ENTRIES) throw extensionInvalid(pack, `has more than ${MAX_ENTRIES} files`);
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const all = createHash('sha256');
  for (const { entry, path } of paths) {
    const what = entry.isSymbolicLink() ? `link ${await readlink(path)}` : await hashFile(path, entry.isFile());
    all.update(`${JSON.stringify([path.slice(folder.length), what])}\n`);
  }
  return all.digest('hex');
}

async function hashFile(path: string, isFile: boolean): Promise<string> {
  // A pipe or a device would never end, and no module can be one.
  if (!isFile) return 'special';
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
