import { readFileLimited, writeFileAtomic } from '@agentmesh/files';
import { formatLock } from '../state/format-lock.js';
import { ifPresent } from '../state/if-present.js';
import type { Lock, LockedPlugin } from '../state/locked-plugin.js';
import type { FollowedState } from '../state/project-follower.js';
import type { Workspace } from '../state/workspace.js';
import { removeGrants } from './grants.js';
import type { Project } from './project.js';
import type { ProjectFile } from './project-file.js';
import { MAX_LOCK_BYTES, MAX_PROJECT_BYTES } from './project-limits.js';
import { hashBytes, writeProjectRecord } from './project-record.js';
import { admits, parseWanted, wantedText } from './wanted.js';

/** What the files of a project are brought in step with. */
export interface ProjectState {
  /** What was installed before; what is gone since leaves `agentmesh.yaml` as well. */
  readonly before: Lock;
  readonly now: FollowedState;
  /** How the user put it, by name: written as it is. */
  readonly asked?: ReadonlyMap<string, string> | undefined;
  /** Only notes that they are in step. */
  readonly frozen?: boolean | undefined;
}

/**
 * Writes `agentmesh.yaml` and `agentmesh.lock` for what is installed now, each only when it changes, and drops what was granted
 * to plugins that are gone. Only for the holder of the workspace's lock.
 *
 * @throws MarketplaceError `PROJECT_INVALID`, `PERMISSIONS_INVALID`; `FILE_TOO_LARGE`, `FILE_NOT_REGULAR`
 */
export async function writeProject(workspace: Workspace, project: Project, state: ProjectState): Promise<void> {
  const { filePath, lockPath, otherKeys } = project;
  const { before, now } = state;
  const [{ parseProjectFile }, { editProjectFile }] = await Promise.all([
    import('./project-file.js'),
    import('./edit-project-file.js'),
  ]);
  const bytes = await ifPresent(readFileLimited(filePath, MAX_PROJECT_BYTES));
  const file = parseProjectFile(bytes ?? new Uint8Array(), filePath, otherKeys);
  if (state.frozen === true) {
    const lock = await ifPresent(readFileLimited(lockPath, MAX_LOCK_BYTES));
    return writeProjectRecord(workspace, project, {
      generation: now.number,
      file: hashBytes(bytes),
      lock: hashBytes(lock),
    });
  }
  const edited = editProjectFile(bytes, filePath, {
    set: linesToSet(file, state),
    remove: linesToRemove(file, state),
  });
  if (edited !== undefined) await writeFileAtomic(filePath, edited);
  const text = formatLock(now.plugins);
  const old = await ifPresent(readFileLimited(lockPath, MAX_LOCK_BYTES));
  if (old?.toString('utf8') !== text) await writeFileAtomic(lockPath, text);
  await removeGrants(
    project,
    [...before.keys()].filter((name) => !now.plugins.has(name)),
  );
  await writeProjectRecord(workspace, project, {
    generation: now.number,
    file: hashBytes(edited === undefined ? bytes : Buffer.from(edited)),
    lock: hashBytes(Buffer.from(text)),
  });
}

function linesToSet(
  { plugins, overrides }: ProjectFile,
  { before, now, asked }: ProjectState,
): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  for (const [name, locked] of now.plugins) {
    // A line that somebody took out by hand does not come back because another plugin changes.
    const isOld = plugins !== undefined && asked?.has(name) !== true && isSame(before.get(name), locked);
    if (!locked.requested || isOld) continue;
    const text = asked?.get(name);
    const wanted = plugins?.get(name);
    // What was asked for in no particular version leaves a line alone that allows what it came to.
    const keeps = wanted !== undefined && admits(wanted, name, locked, overrides.get(name));
    if (text !== undefined && admits(parseWanted(text), name, locked, overrides.get(name))) lines.set(name, text);
    else if (!keeps) lines.set(name, wantedText(name, locked));
  }
  return lines;
}

function isSame(before: LockedPlugin | undefined, now: LockedPlugin): boolean {
  return before?.requested === true && before.version === now.version && before.source === now.source;
}

function linesToRemove({ plugins }: ProjectFile, { before, now }: ProjectState): readonly string[] {
  return [...(plugins?.keys() ?? [])].filter(
    (name) => before.get(name)?.requested === true && now.plugins.get(name)?.requested !== true,
  );
}
