import type { Dirent } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstallContext } from '../install/install-context.js';
import { changeWorkspace } from '../state/change-workspace.js';
import { readNumbered } from '../state/generation.js';
import { ifPresent } from '../state/if-present.js';
import { lockFor } from '../state/lock-for.js';
import { sweep } from '../state/sweep.js';
import { findTreeRecord } from '../state/tree-record.js';
import type { Workspace } from '../state/workspace.js';
import { readRecordFiles, recordName } from './plugin-record.js';

/** What {@link collectGarbage} is asked. */
export interface GarbageOptions {
  /** Generations that stay, the current one included (default: as many as every change keeps). */
  readonly keep?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What {@link collectGarbage} removed. */
export interface GarbageReport {
  readonly generations: number;
  /** Folders of plugins. */
  readonly trees: number;
  /** Files of the store. */
  readonly files: number;
  /** Bytes of those files. */
  readonly bytes: number;
}

/**
 * Removes generations beyond `keep`, and everything in the store that the others do not need. What is removed has to be fetched again when
 * it is wanted again.
 *
 * @throws MarketplaceError `LOCK_TIMEOUT`, `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`; the signal's reason
 */
export async function collectGarbage(
  context: Pick<InstallContext, 'workspace' | 'lockTimeoutMs' | 'onProgress' | 'now'>,
  options: GarbageOptions = {},
): Promise<GarbageReport> {
  const { workspace } = context;
  const { keep = workspace.keepGenerations, signal } = options;
  return changeWorkspace(workspace, lockFor(context, { action: 'gc', signal }), async ({ current }) => {
    const { generations, trees, removed } = await sweep(workspace, current.number, keep);
    const records = await neededRecords(workspace, generations);
    await removeRecords(workspace, records);
    const needed = await neededFiles(workspace, { trees, records });
    return { ...removed, ...(await removeFiles(workspace, needed, signal)) };
  });
}

async function neededRecords(workspace: Workspace, generations: readonly number[]): Promise<ReadonlySet<string>> {
  const records = new Set<string>();
  for (const number of generations) {
    const { plugins } = await readNumbered(workspace, number);
    for (const [name, { version, content_digest: contentDigest }] of plugins) {
      records.add(recordName({ name, version, contentDigest }));
    }
  }
  return records;
}

async function removeRecords({ recordsDir }: Workspace, needed: ReadonlySet<string>): Promise<void> {
  for (const name of (await ifPresent(readdir(recordsDir))) ?? []) {
    if (!needed.has(name)) await rm(join(recordsDir, name), { recursive: true, force: true });
  }
}

async function neededFiles(
  workspace: Workspace,
  { trees, records }: { readonly trees: Iterable<string>; readonly records: Iterable<string> },
): Promise<ReadonlySet<string>> {
  const needed = new Set<string>();
  for (const tree of trees) {
    for (const { sha256 } of (await findTreeRecord(workspace, tree))?.files ?? []) needed.add(sha256);
  }
  for (const record of records) {
    for (const { sha256 } of (await readRecordFiles(join(workspace.recordsDir, record))) ?? []) needed.add(sha256);
  }
  return needed;
}

async function removeFiles(
  { filesDir }: Workspace,
  needed: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<Pick<GarbageReport, 'files' | 'bytes'>> {
  const removed = { files: 0, bytes: 0 };
  for (const folder of await entriesOf(filesDir)) {
    signal?.throwIfAborted();
    const dir = join(filesDir, folder.name);
    // A link in the place of a folder goes itself; what it leads to is none of ours.
    const entries = folder.isDirectory() ? await entriesOf(dir) : [];
    const gone = entries.filter((entry) => !entry.isFile() || !needed.has(`${folder.name}${entry.name}`));
    for (const { name } of gone) {
      removed.files += 1;
      removed.bytes += (await lstat(join(dir, name))).size;
      await rm(join(dir, name), { recursive: true, force: true });
    }
    if (gone.length === entries.length) await rm(dir, { recursive: true, force: true });
  }
  return removed;
}

async function entriesOf(dir: string): Promise<readonly Dirent[]> {
  return (await ifPresent(readdir(dir, { withFileTypes: true }))) ?? [];
}
