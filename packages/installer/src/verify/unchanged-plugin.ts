import { digestFiles } from '@agentmesh/artifact/digest';
import type { Generation } from '../state/generation.js';
import { findLinkedTree } from '../state/tree-link.js';
import { findTreeRecord, treePrefix } from '../state/tree-record.js';
import type { Workspace } from '../state/workspace.js';
import { isTreeUnchanged } from './tree-stamp.js';

/**
 * True when an installed plugin has not changed since it was last read in full and found intact. Reads no file of it, and so says nothing of
 * its signature; false means no more than that a full reading has to tell.
 */
export async function isPluginUnchanged(workspace: Workspace, generation: Generation, name: string): Promise<boolean> {
  const locked = generation.plugins.get(name);
  const tree = await findLinkedTree(workspace, generation.dir, name);
  if (locked === undefined || tree === undefined) return false;
  const files = (await findTreeRecord(workspace, tree))?.files;
  if (files === undefined || !tree.startsWith(treePrefix(name, locked.version, files))) return false;
  return digestFiles(files) === locked.content_digest && (await isTreeUnchanged(workspace, tree, files));
}
