import { join } from 'node:path';
import { isMarketplaceError } from '@agentmesh/errors';
import { errorCode } from './error-code.js';
import { lstatIfThere } from './lstat-if-there.js';
import { readTreeFile } from './read-tree-file.js';
import { unsafe } from './refusal.js';
import type { TreeFile } from './tree.js';
import type { TreeDifference } from './tree-difference.js';

/** Windows keeps no such modes. */
const HAS_MODES = process.platform !== 'win32';

/** How one file of a folder differs from what it should be; undefined when it does not. */
export async function inspectFile(
  dir: string,
  expected: TreeFile,
  signal: AbortSignal | undefined,
): Promise<TreeDifference['kind'] | undefined> {
  try {
    const { file, mode } = await readTreeFile(dir, expected.path, {
      singleLink: false,
      signal,
      // A file of another size is not read: whoever put it there may have made it endless.
      onSize: (size) => {
        if (size !== expected.size) throw unsafe(expected.path, 'its size differs');
      },
    });
    if (file.sha256 !== expected.sha256) return 'changed';
    return HAS_MODES && mode !== (expected.executable ? 0o755 : 0o644) ? 'mode' : undefined;
  } catch (error) {
    return classify(error, join(dir, expected.path));
  }
}

async function classify(error: unknown, path: string): Promise<TreeDifference['kind']> {
  const code = isMarketplaceError(error) ? error.code : errorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
  if (code === 'EACCES' || code === 'EPERM') return 'mode';
  if (code !== 'TREE_UNSAFE') throw error;
  const stat = await lstatIfThere(path);
  if (stat === undefined) return 'missing';
  if (stat.isSymbolicLink()) return 'link';
  return stat.isFile() ? 'changed' : 'special';
}
