import { MarketplaceError } from '@agentmesh/errors';
import { formatLock } from '../state/format-lock.js';
import type { Lock } from '../state/locked-plugin.js';
import type { FollowedState, ProjectFollower } from '../state/project-follower.js';
import type { Workspace } from '../state/workspace.js';
import type { Project } from './project.js';
import { findProjectRecord, hashBytes } from './project-record.js';
import { type ReadProject, readProject } from './read-project.js';
import { sweepTemporaries } from './sweep-temporaries.js';
import { writeProject } from './write-project.js';

/** How {@link followProject} follows. */
export interface FollowOptions {
  /** Whether the change itself takes its start from `agentmesh.lock`, as an install does; others are refused while it has something new. */
  readonly leads: boolean;
  /** How the user put it, by name; may be filled until the change is committed. */
  readonly asked?: ReadonlyMap<string, string> | undefined;
  /** Whether the files stay as they are. */
  readonly frozen?: boolean | undefined;
}

/**
 * Keeps the files of a project in step with a workspace. A process that was killed between a change and its writing down is made good for by
 * the next one, as long as nobody else has changed the lock since.
 */
export function followProject(workspace: Workspace, project: Project, options: FollowOptions): ProjectFollower {
  const { leads, asked, frozen } = options;
  return {
    async before(current) {
      await sweepTemporaries(workspace, project);
      const read = await readProject(project);
      const healed = await heal(workspace, project, { current, read });
      if (!leads && !healed) assertInStep(read, current.plugins);
    },
    async after(before, now) {
      await writeProject(workspace, project, { before: before.plugins, now, asked, frozen });
    },
  };
}

async function heal(
  workspace: Workspace,
  project: Project,
  { current, read }: { readonly current: FollowedState; readonly read: ReadProject },
): Promise<boolean> {
  const record = await findProjectRecord(workspace, project);
  if (record === undefined || record.generation >= current.number) return false;
  const text = read.lock === undefined ? '' : formatLock(read.lock);
  if (record.lock !== hashBytes(Buffer.from(text))) return false;
  if (text !== formatLock(current.plugins)) {
    await writeProject(workspace, project, { before: read.lock ?? new Map(), now: current });
  }
  return true;
}

function assertInStep({ lock }: ReadProject, installed: Lock): void {
  if (lock === undefined || formatLock(lock) === formatLock(installed)) return;
  throw new MarketplaceError('agentmesh.lock names other plugins than are installed', {
    code: 'LOCK_AHEAD',
    hint: 'It came with a change of the project. Install what it says first: agentmesh plugin install',
  });
}
