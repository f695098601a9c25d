import type { InstallContext } from '../install/install-context.js';
import { type ReadProject, readProject } from '../project/read-project.js';
import type { Lock } from '../state/locked-plugin.js';
import { readSteadily } from '../verify/read-steadily.js';

/** What questions about plugins are answered from. */
export interface BaseLock {
  readonly lock: Lock;
  readonly project: ReadProject | undefined;
}

/**
 * The project's lock where it has one, else what is installed.
 *
 * @throws MarketplaceError `PROJECT_INVALID`, `LOCK_INVALID`, `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`
 */
export async function readBaseLock({
  workspace,
  project: place,
}: Pick<InstallContext, 'workspace' | 'project'>): Promise<BaseLock> {
  const project = place === undefined ? undefined : await readProject(place);
  return { lock: project?.lock ?? (await readSteadily(workspace, async ({ plugins }) => plugins)), project };
}
