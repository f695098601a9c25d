import { createHash } from 'node:crypto';
import { comparePaths } from './compare-paths.js';
import { MANIFEST_PATH } from './manifest-path.js';
import type { TreeFile } from './tree.js';

/**
 * The `h1:` directory hash of a list of files, in any order, without the root `agent-plugin.yaml`:
 * base64 of the SHA-256 of one line `<sha256 hex>  <path>` a file in byte order of the path
 * (golang.org/x/mod/sumdb/dirhash Hash1; the same lines as `sha256sum` prints).
 */
export function digestFiles(files: readonly Pick<TreeFile, 'path' | 'sha256'>[]): string {
  const hash = createHash('sha256');
  for (const file of [...files].sort((a, b) => comparePaths(a.path, b.path))) {
    if (file.path !== MANIFEST_PATH) hash.update(`${file.sha256}  ${file.path}\n`);
  }
  return `h1:${hash.digest('base64')}`;
}
