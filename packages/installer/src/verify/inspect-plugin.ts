import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { digestFiles, type TreeFile } from '@agentmesh/artifact';
import { isMarketplaceError } from '@agentmesh/errors';
import { MANIFEST_FILENAME, type PluginManifest } from '@agentmesh/manifest';
import type { Generation } from '../state/generation.js';
import { LOCK_FILENAME } from '../state/generation.js';
import { ifPresent } from '../state/if-present.js';
import { loadTreeManifest } from '../state/load-tree-manifest.js';
import type { LockedPlugin } from '../state/locked-plugin.js';
import { findLinkedTree } from '../state/tree-link.js';
import { findTreeRecord, treePrefix } from '../state/tree-record.js';
import type { Workspace } from '../state/workspace.js';
import { type InspectFilesOptions, inspectFiles } from './inspect-files.js';
import type { InstalledDifference } from './verification-report.js';

/** An installed plugin's files, held against all that is known of them. */
export interface InspectedPlugin {
  readonly differences: readonly InstalledDifference[];
  /** Real folder of its files; undefined when the link to it is lost or leads elsewhere. */
  readonly root: string | undefined;
  /** The list of what was installed; empty when it is lost. */
  readonly files: readonly TreeFile[];
  readonly manifest: PluginManifest | undefined;
}

/** Which plugin is inspected, and how. */
export interface InspectedPlace extends InspectFilesOptions {
  readonly generation: Generation;
  readonly name: string;
  readonly locked: LockedPlugin;
}

/**
 * Re-hashes an installed plugin and follows the whole chain: link → tree → file list → digest in the lock → digest in the manifest.
 * Whoever changes a file would have to change all of them, and the last is signed.
 */
export async function inspectPlugin(
  workspace: Workspace,
  { generation, name, locked, ...options }: InspectedPlace,
): Promise<InspectedPlugin> {
  const tree = await findLinkedTree(workspace, generation.dir, name);
  if (tree === undefined) return lost(name, 'the link to its files is missing or leads elsewhere');
  const root = join(workspace.treesDir, tree);
  const stats = await ifPresent(lstat(root));
  if (stats?.isDirectory() !== true) return lost(name, 'the folder of its files is missing, or is no folder');
  const noted = await findTreeRecord(workspace, tree);
  if (noted === undefined) return { ...lost(`store/trees/${tree}.json`, 'the list of its files is unreadable'), root };
  const { files } = noted;
  const differences: InstalledDifference[] = [...(await inspectFiles(workspace, tree, noted, options))];
  if (!tree.startsWith(treePrefix(name, locked.version, files))) {
    differences.push(
      record(`store/trees/${tree}.json`, 'the list of its files was changed, or belongs to another plugin'),
    );
  }
  if (digestFiles(files) !== locked.content_digest) {
    differences.push(record(LOCK_FILENAME, 'the digest there is not that of the list of its files'));
  }
  const manifest = await findManifest(root, locked);
  differences.push(...inspectManifest(manifest, name, locked));
  return { differences, root, files, manifest };
}

async function findManifest(root: string, { made_manifest: made }: LockedPlugin): Promise<PluginManifest | undefined> {
  try {
    return await loadTreeManifest(root, made);
  } catch (error) {
    if (isMarketplaceError(error)) return undefined;
    throw error;
  }
}

function inspectManifest(
  manifest: PluginManifest | undefined,
  name: string,
  locked: LockedPlugin,
): readonly InstalledDifference[] {
  if (manifest === undefined) return [record(MANIFEST_FILENAME, 'it cannot be read')];
  const differences: InstalledDifference[] = [];
  if (manifest.name !== name || manifest.version !== locked.version) {
    differences.push(record(MANIFEST_FILENAME, 'it names another plugin or version than the lock'));
  }
  if (manifest.content_digest !== undefined && manifest.content_digest !== locked.content_digest) {
    differences.push(record(MANIFEST_FILENAME, 'its content_digest is not that of the installed files'));
  }
  return differences;
}

function lost(path: string, detail: string): InspectedPlugin {
  return { differences: [record(path, detail)], root: undefined, files: [], manifest: undefined };
}

function record(path: string, detail: string): InstalledDifference {
  return { path, kind: 'record', detail };
}
