import { type BigIntStats, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from './error-code.js';
import { hashFile } from './hash-file.js';
import type { TreeFile } from './tree.js';
import type { TreeDifference } from './tree-difference.js';

/** Windows keeps no such modes. */
const HAS_MODES = process.platform !== 'win32';

/** How {@link inspectFile} looks. */
export interface InspectFileOptions {
  /** True when the files are to be 0444 or 0555 instead of 0644 or 0755. */
  readonly readOnly: boolean;
  /** Told of each file that is as expected. */
  readonly onFile: ((path: string, stats: BigIntStats) => void) | undefined;
}

/** How one file of a folder differs from what it should be; undefined when it does not. Blocks while it reads. */
export function inspectFile(
  dir: string,
  expected: TreeFile,
  options: InspectFileOptions,
): TreeDifference['kind'] | undefined {
  const path = join(dir, expected.path);
  try {
    const found = hashFile(path, expected.size);
    if (found === undefined) return classify(path);
    if (found.sha256 !== expected.sha256) return 'changed';
    if (HAS_MODES && Number(found.stats.mode & 0o7777n) !== modeOf(expected, options.readOnly)) return 'mode';
    options.onFile?.(expected.path, found.stats);
    return undefined;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
    if (code === 'EACCES' || code === 'EPERM') return 'mode';
    if (code === 'ELOOP' || code === 'EMLINK') return 'link';
    // What opening a socket answers.
    if (code === 'ENXIO') return 'special';
    throw error;
  }
}

function modeOf({ executable }: TreeFile, readOnly: boolean): number {
  const mode = executable ? 0o755 : 0o644;
  return readOnly ? mode & 0o555 : mode;
}

function classify(path: string): TreeDifference['kind'] {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 'missing';
  if (stats.isSymbolicLink()) return 'link';
  return stats.isFile() ? 'changed' : 'special';
}
