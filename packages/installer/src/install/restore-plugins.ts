import { MarketplaceError } from '@agentmesh/errors';
import { type Disagreement, findDisagreements } from '../project/find-disagreements.js';
import type { ReadProject } from '../project/read-project.js';
import { requestedPlugins } from '../project/wanted.js';
import { baseOf } from './base-of.js';
import { type BegunChange, beginChange } from './begin-change.js';
import { changePlugins, type MadeChange } from './change-plugins.js';
import type { InstallContext } from './install-context.js';
import type { ChangeOptions, ChangeResult } from './install-result.js';
import { requestedBy } from './requested-by.js';
import { wantedTargets } from './wanted-targets.js';
import { withoutMoved } from './without-moved.js';

/** What one call of `restore` is asked. */
export interface RestoreOptions extends ChangeOptions {
  /** Takes the lock as it is or not at all: nothing is selected, and neither it nor `agentmesh.yaml` changes (default false). */
  readonly frozen?: boolean | undefined;
}

/** Makes the workspace what the project's files say. See `PluginInstaller.restore`. */
export async function restorePlugins(context: InstallContext, options: RestoreOptions): Promise<ChangeResult> {
  if (context.project === undefined) throw noProject();
  const { frozen = false } = options;
  const action = frozen ? 'install --frozen' : 'install';
  const made = await beginChange(context, action, options, (change) => restore(change, action, frozen));
  const { checked: _, ...result } = made;
  return result;
}

async function restore({ session, project }: BegunChange, action: string, frozen: boolean): Promise<MadeChange> {
  if (project === undefined || (project.lock === undefined && project.file.plugins === undefined)) throw noProject();
  if (frozen && project.lock === undefined) throw outdated([{ name: '', message: 'there is no agentmesh.lock' }]);
  const disagreements = findDisagreements(project.file, baseOf(session));
  if (disagreements.length === 0) {
    return changePlugins(session, {
      action,
      targets: [],
      others: 'check',
      isRequested: requestedAsRead(project, frozen),
    });
  }
  if (frozen) throw outdated(disagreements);
  const plugins = project.file.plugins ?? requestedPlugins(baseOf(session));
  const open = withoutMoved(session, plugins);
  const targets = await wantedTargets(open, plugins);
  return changePlugins(open, { action, targets, others: 'drop', isRequested: requestedBy(project) });
}

function requestedAsRead(project: ReadProject, frozen: boolean): ReturnType<typeof requestedBy> {
  return frozen ? (_, before) => before?.requested === true : requestedBy(project);
}

function noProject(): MarketplaceError {
  return new MarketplaceError('There is neither an agentmesh.lock nor an agentmesh.yaml with plugins here', {
    code: 'PROJECT_NOT_FOUND',
    hint: 'Go to the folder of the project, or name what to install: agentmesh plugin install NAME',
  });
}

function outdated(disagreements: readonly Disagreement[]): MarketplaceError {
  const lines = disagreements.map(({ message }) => `\n- ${message}`);
  return new MarketplaceError(`agentmesh.lock is not what agentmesh.yaml asks for:${lines.join('')}`, {
    code: 'LOCK_OUTDATED',
    hint: 'Run agentmesh plugin install without --frozen, and commit the lock that it writes.',
  });
}
