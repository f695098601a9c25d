import { join } from 'node:path';
import { inspectTree, type TreeDifference } from '@agentmesh/artifact';
import type { TreeRecord } from '../state/tree-record.js';
import type { Workspace } from '../state/workspace.js';
import { beginStamp, isTreeUnchanged } from './tree-stamp.js';

/** How much of a tree is read. */
export interface InspectFilesOptions {
  /** True takes the word of the last full reading for a tree that has not changed since. */
  readonly trustUnchanged?: boolean;
}

/** How the files of a tree differ from its list. A tree that was read in full and is intact is remembered as it looks now. */
export async function inspectFiles(
  workspace: Workspace,
  tree: string,
  { files, readOnly }: TreeRecord,
  options: InspectFilesOptions = {},
): Promise<readonly TreeDifference[]> {
  if (options.trustUnchanged === true && (await isTreeUnchanged(workspace, tree, files))) return [];
  const stamp = await beginStamp(workspace, tree);
  try {
    const watch = stamp === undefined ? {} : { onFile: stamp.add, onFolder: stamp.add };
    const differences = await inspectTree(join(workspace.treesDir, tree), files, { readOnly, ...watch });
    if (differences.length === 0) await stamp?.save();
    return differences;
  } finally {
    await stamp?.close();
  }
}
