import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@agentmesh/files';
import { createManifest } from './create-manifest.js';
import { MAX_FILE_BYTES } from './file-limit.js';
import { formatManifest } from './format-manifest.js';
import { invalidManifest } from './invalid-manifest.js';
import { MANIFEST_FILENAME } from './manifest-filename.js';
import type { PluginManifest } from './plugin-manifest.js';
import { createProblems } from './problems.js';

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
  const path = isFile ? dirOrFile : join(dirOrFile, MANIFEST_FILENAME);
  refuseTooLarge(text, path);
  if (!isFile) await mkdir(dirOrFile, { recursive: true });
  await writeFileAtomic(path, text);
  return path;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** The text is ASCII; what is longer could not be read again. */
function refuseTooLarge(text: string, path: string): void {
  if (text.length <= MAX_FILE_BYTES) return;
  const problems = createProblems();
  problems.error('file-too-large', MANIFEST_FILENAME, `expected at most ${MAX_FILE_BYTES} bytes, got ${text.length}`);
  throw invalidManifest(problems, path);
}
