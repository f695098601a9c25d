import { join, resolve } from 'node:path';
import { withFileLock } from '@agentmesh/files';
import { checkWorkspaceId } from './check-workspace-id.js';
import { createTarget } from './create-target.js';
import { openFolders } from './folder-files.js';
import type { WorkspaceTarget } from './workspace-target.js';

const LOCK_TIMEOUT_MS = 30_000;

/** What {@link createFolderTarget} takes. */
export interface FolderTargetOptions {
  /** Holds one folder a workspace, `<id>/plugins/<name>/`, and `.agentmesh` with records, stages and locks, which no id can be. */
  readonly root: string;
  /** Longest wait for another call that changes the same workspace, in milliseconds (default 30,000). */
  readonly lockTimeoutMs?: number | undefined;
}

/** Workspaces as folders of this machine; several processes may share them. */
export function createFolderTarget(options: FolderTargetOptions): WorkspaceTarget {
  const root = resolve(options.root);
  const stateOf = (workspace: string) => join(root, '.agentmesh', workspace);
  const folder = (workspace: string) => join(root, checkWorkspaceId(workspace));
  const target = createTarget({
    open: async (workspace, work) => {
      const files = openFolders({ workspace: folder(workspace), state: stateOf(workspace) });
      try {
        return await work(files);
      } finally {
        await files.close();
      }
    },
    lock: (workspace, signal, work) => {
      const wait = { timeoutMs: options.lockTimeoutMs ?? LOCK_TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) };
      return withFileLock(join(stateOf(workspace), 'lock'), wait, work);
    },
  });
  return { ...target, folder };
}
