import { chmodSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyContent, forEachBounded, type TreeFile } from '@agentmesh/artifact';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { foreignPlace } from '../state/foreign-place.js';
import type { Workspace } from '../state/workspace.js';
import { FILES_AT_ONCE, filePlace } from './file-place.js';

/**
 * Puts the files of a folder into the store, each once whatever plugin it belongs to. What is there in the right size is left alone: a file
 * of the store is verified when it is used. With hard links the folder's own files become read-only, since they are the store's.
 * Only for the holder of the workspace's lock.
 *
 * @throws MarketplaceError `TREE_UNSAFE` when a file of the folder is not what the list says; `PLUGINS_DIR_FOREIGN`
 */
export async function keepFiles(workspace: Workspace, dir: string, files: readonly TreeFile[]): Promise<void> {
  const folders = new Set<string>();
  const known = new Set<string>();
  // The lock is ours, so nobody else brings anything.
  const incoming = join(workspace.stagesDir, 'incoming');
  mkdirSync(incoming, { recursive: true });
  await forEachBounded(files, { width: FILES_AT_ONCE }, async (file) => {
    const from = join(dir, file.path);
    const mode = file.executable ? 0o555 : 0o444;
    if (workspace.linkFiles === 'hardlink') chmodSync(from, mode);
    if (known.has(file.sha256)) return;
    known.add(file.sha256);
    const place = filePlace(workspace, file.sha256);
    if (isKept(place, file.size)) return;
    makeFolder(dirname(place), folders);
    const to = join(incoming, file.sha256);
    rmSync(to, { force: true });
    if (!(await copyContent({ from, to, content: file, mode, method: workspace.linkFiles }))) {
      throw changedMeanwhile(file.path);
    }
    renameSync(to, place);
  });
}

/** True when the store has a file of that name and size; its content is verified when it is used. */
function isKept(place: string, size: number): boolean {
  const stats = lstatSync(place, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size === size;
}

function makeFolder(dir: string, made: Set<string>): void {
  if (made.has(dir)) return;
  mkdirSync(dir, { recursive: true });
  // A link that a cloned project brought along would have us write elsewhere.
  if (!lstatSync(dir).isDirectory()) throw foreignPlace('a folder', dir);
  made.add(dir);
}

function changedMeanwhile(path: string): MarketplaceError {
  return new MarketplaceError(`${printable(path, 500)} changed while it was installed`, {
    code: 'TREE_UNSAFE',
    hint: 'Find out what else writes into the folder of the store, and try again.',
  });
}
