import { join } from 'node:path';
import type { ActivationFolders } from '@agentmesh/activation';
import type { Settings } from '../settings.js';

/** Where a scope's things go, and where that is written down: one journal a project, one a user. */
export function clientFolders(
  { workspaceDir, userHome, home, userDir }: Settings,
  scope: 'project' | 'user',
  signal?: AbortSignal,
): ActivationFolders {
  return {
    projectDir: workspaceDir,
    homeDir: userHome,
    journalDir: join(scope === 'project' ? home : userDir, 'clients'),
    ...(signal === undefined ? {} : { signal }),
  };
}
