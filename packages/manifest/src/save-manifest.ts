import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@agentmesh/files';
import { createManifest } from './create-manifest.js';
import { formatManifest } from './format-manifest.js';
import { MANIFEST_FILENAME } from './manifest-filename.js';
import type { PluginManifest } from './plugin-manifest.js';

/**
 * Writes a manifest, atomically, in a form that the Python toolkit reads to the same fields.
 *
 * @param dirOrFile a path that ends in `.yaml` or `.yml` and is no folder is the file; anything else is the plugin's
 * folder, made when absent
 * @returns the path of the file
 * @throws MarketplaceError `MANIFEST_INVALID`, before anything is written; file system errors pass through
 */
export async function saveManifest(manifest: PluginManifest, dirOrFile: string): Promise<string> {
  const text = formatManifest(createManifest(manifest));
  const isFile = /\.ya?ml$/i.test(dirOrFile) && !(await isFolder(dirOrFile));
  if (!isFile) await mkdir(dirOrFile, { recursive: true });
  const path = isFile ? dirOrFile : join(dirOrFile, MANIFEST_FILENAME);
  await writeFileAtomic(path, text);
  return path;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
