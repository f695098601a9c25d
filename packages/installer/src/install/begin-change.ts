import { followProject } from '../project/follow-project.js';
import { type ReadProject, readProject } from '../project/read-project.js';
import { writeProject } from '../project/write-project.js';
import { changeWorkspace } from '../state/change-workspace.js';
import { lockFor } from '../state/lock-for.js';
import { baseOf } from './base-of.js';
import type { MadeChange } from './change-plugins.js';
import type { InstallContext } from './install-context.js';
import type { ChangeOptions } from './install-result.js';
import type { InstallSession } from './install-session.js';

/** What a change is given. */
export interface BegunChange {
  readonly session: InstallSession;
  /** The files of the project; undefined where none are kept. */
  readonly project: ReadProject | undefined;
  /** How the user put it, by name, for `agentmesh.yaml`; may be added to until the change is committed. */
  readonly asked: Map<string, string>;
}

/**
 * Runs a change of the plugins while this process alone may change the workspace: it starts from the project's lock where there is one, and the
 * files of the project are written when it is made.
 *
 * @throws MarketplaceError `PROJECT_INVALID`, `LOCK_INVALID`; those of `changeWorkspace`; what `work` throws
 */
export async function beginChange<T extends Pick<MadeChange, 'changed'>>(
  context: InstallContext,
  action: string,
  options: ChangeOptions & { readonly frozen?: boolean | undefined },
  work: (change: BegunChange) => Promise<T>,
): Promise<T> {
  const { verify = true, signal, offline = false, dryRun, frozen = false } = options;
  const asked = new Map<string, string>();
  const { project, workspace: place } = context;
  const follower = project === undefined ? undefined : followProject(place, project, { leads: true, asked, frozen });
  const workspace = follower === undefined ? place : { ...place, project: follower };
  return changeWorkspace(workspace, lockFor(context, { action, signal }), async ({ current, stage }) => {
    const read = project === undefined ? undefined : await readProject(project);
    const session: InstallSession = {
      ...context,
      workspace,
      current,
      stage,
      verify,
      signal,
      offline,
      frozen,
      rules: options,
      minimumAgeMs: context.minimumAgeMs ?? read?.file.minimumAgeMs,
      overrides: new Map([...(read?.file.overrides ?? []), ...context.overrides]),
      ...(read?.lock === undefined ? {} : { base: read.lock }),
    };
    const made = await work({ session, project: read, asked });
    // A change that made no new generation may yet be one of the project's files.
    if (project !== undefined && !made.changed && dryRun !== true) {
      await writeProject(workspace, project, { before: baseOf(session), now: current, asked, frozen });
    }
    return made;
  });
}
