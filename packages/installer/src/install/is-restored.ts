import { readFileLimited } from '@agentmesh/files';
import { MAX_LOCK_BYTES, MAX_PROJECT_BYTES } from '../project/project-limits.js';
import { findProjectRecord, hashBytes } from '../project/project-record.js';
import { formatLock } from '../state/format-lock.js';
import { readGeneration } from '../state/generation.js';
import { ifPresent } from '../state/if-present.js';
import { isPluginUnchanged } from '../verify/unchanged-plugin.js';
import type { InstallContext } from './install-context.js';

/**
 * True when `restore` would find nothing to do: the lock is what is installed, `agentmesh.yaml` is as it was when both were last
 * found to agree, and no installed file changed since it was last read. Parses and hashes no plugin; a false answer means only that more
 * has to be looked at.
 */
export async function isRestored({
  workspace,
  project,
}: Pick<InstallContext, 'workspace' | 'project'>): Promise<boolean> {
  if (project === undefined) return false;
  const lock = await ifPresent(readFileLimited(project.lockPath, MAX_LOCK_BYTES));
  const record = await findProjectRecord(workspace, project);
  if (lock === undefined || record === undefined) return false;
  const current = await readGeneration(workspace);
  if (record.generation !== current.number || lock.toString('utf8') !== formatLock(current.plugins)) return false;
  const file = await ifPresent(readFileLimited(project.filePath, MAX_PROJECT_BYTES));
  if (record.file !== hashBytes(file)) return false;
  for (const name of current.plugins.keys()) {
    if (!(await isPluginUnchanged(workspace, current, name))) return false;
  }
  return true;
}
