import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareTrees, copyTree, type TreeFile } from '@agentmesh/artifact';
import { MarketplaceError } from '@agentmesh/errors';
import type { VerifiedTree } from '../verify-tree.js';
import { snapshotPrefix, sweepSnapshots } from './snapshot-owner.js';

/** A copy of a verified tree. */
export interface TreeSnapshot {
  readonly root: string;
  remove(): Promise<void>;
}

/**
 * Copies a verified tree, so that what was verified is what runs, however long it does and whatever becomes of the folder
 * meanwhile; the bytes are compared while they are copied. Where the host is root, its guests, which are other users, can
 * reach the copy. Copies that killed hosts left behind are removed.
 *
 * @throws MarketplaceError `TREE_TAMPERED`; the codes of `copyTree` pass through
 */
export async function snapshotTree(tree: VerifiedTree): Promise<TreeSnapshot> {
  await sweepSnapshots(tmpdir());
  const folder = await realpath(await mkdtemp(join(tmpdir(), await snapshotPrefix())));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const root = join(folder, 'plugin');
  try {
    const copied = await copyTree(tree.root, root, { view: 'installed' });
    if (compareTrees(asTreeFiles(tree.files), asTreeFiles(copied.files)).length > 0) throw tampered(tree.manifest.name);
    if (process.geteuid?.() === 0) await chmod(folder, 0o711);
    await chmod(root, 0o755);
    return { root, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Modes follow from the content, which is compared. */
function asTreeFiles(files: VerifiedTree['files']): TreeFile[] {
  return files.map(({ path, size, sha256 }) => ({ path, size, sha256, executable: false }));
}

function tampered(plugin: string): MarketplaceError {
  return new MarketplaceError(`The files of plugin ${plugin} changed while they were read`, {
    code: 'TREE_TAMPERED',
    hint: 'Install the plugin again.',
  });
}
