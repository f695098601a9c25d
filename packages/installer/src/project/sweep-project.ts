import type { InstallContext } from '../install/install-context.js';
import { changeWorkspace } from '../state/change-workspace.js';
import { readNumbered } from '../state/generation.js';
import { listGenerations } from '../state/list-generations.js';
import { lockFor } from '../state/lock-for.js';
import type { Lock } from '../state/locked-plugin.js';
import { sweepGrants } from './grants.js';
import { sweepTemporaries } from './sweep-temporaries.js';

/**
 * Removes what was granted to files that no kept generation has.
 *
 * @returns how many grants went
 */
export async function sweepProject(context: InstallContext, signal: AbortSignal | undefined): Promise<number> {
  const { workspace, project } = context;
  if (project === undefined) return 0;
  return changeWorkspace(workspace, lockFor(context, { action: 'gc', signal }), async ({ current }) => {
    await sweepTemporaries(workspace, project);
    const locks: Lock[] = [];
    for (const number of await listGenerations(workspace, current.number)) {
      locks.push((await readNumbered(workspace, number)).plugins);
    }
    return sweepGrants(project, locks);
  });
}
