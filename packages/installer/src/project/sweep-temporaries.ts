import { removeAbandoned } from '@agentmesh/files';
import type { Workspace } from '../state/workspace.js';
import type { Project } from './project.js';
import { recordPath } from './project-record.js';

/** Removes what killed processes left of writing the files of a project. Only for the holder of the workspace's lock. */
export async function sweepTemporaries(workspace: Workspace, project: Project): Promise<void> {
  const { filePath, lockPath, permissionsPath } = project;
  for (const path of [filePath, lockPath, permissionsPath, recordPath(workspace)]) await removeAbandoned(path);
}
