import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileLockOptions, withFileLock } from '@agentmesh/files';
import { assertOwnFolders } from './assert-own-folders.js';
import { finishFlip } from './flip.js';
import { type Generation, readGeneration } from './generation.js';
import { hasLeftovers, sweep } from './sweep.js';
import type { Workspace } from './workspace.js';

/** What the work on a workspace is given. */
export interface WorkspaceChange {
  readonly current: Generation;
  /** An empty folder that is removed afterwards. */
  readonly stage: string;
}

/**
 * Runs `work` while this process alone may change the workspace. What a killed process left is removed before, what the
 * work left over afterwards, whether it succeeds or throws.
 *
 * @throws MarketplaceError `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`, `LOCK_TIMEOUT`; what `work` throws
 */
export async function changeWorkspace<T>(
  workspace: Workspace,
  options: FileLockOptions,
  work: (change: WorkspaceChange) => Promise<T>,
): Promise<T> {
  // Before the lock, whose file would be the first thing written beside a folder that is not ours.
  await readGeneration(workspace);
  await assertOwnFolders(workspace);
  return withFileLock(workspace.lockFile, options, async () => {
    await finishFlip(workspace);
    const current = await readGeneration(workspace);
    const { keepGenerations: keep } = workspace;
    if (await hasLeftovers(workspace, current.number)) await sweep(workspace, current.number, keep);
    const stage = join(workspace.stagesDir, randomBytes(6).toString('hex'));
    await mkdir(stage, { recursive: true });
    try {
      await workspace.project?.before(current);
      const answer = await work({ current, stage });
      const now = await readGeneration(workspace);
      if (now.number !== current.number) await workspace.project?.after(current, now);
      return answer;
    } finally {
      await sweep(workspace, (await readGeneration(workspace)).number, keep);
    }
  });
}
