import { comparePaths } from './compare-paths.js';
import type { TreeFile } from './tree.js';
import type { TreeDifference } from './tree-difference.js';

/** What differs between two lists of files, in byte order of the path: `changed`, `added`, `missing`, `mode`. */
export function compareTrees(expected: readonly TreeFile[], actual: readonly TreeFile[]): TreeDifference[] {
  const rest = new Map(actual.map((file) => [file.path, file]));
  const differences: TreeDifference[] = [];
  for (const file of expected) {
    const found = rest.get(file.path);
    rest.delete(file.path);
    if (found === undefined) differences.push({ path: file.path, kind: 'missing' });
    else if (found.sha256 !== file.sha256 || found.size !== file.size)
      differences.push({ path: file.path, kind: 'changed' });
    else if (found.executable !== file.executable) differences.push({ path: file.path, kind: 'mode' });
  }
  for (const path of rest.keys()) differences.push({ path, kind: 'added' });
  return differences.sort((a, b) => comparePaths(a.path, b.path));
}
