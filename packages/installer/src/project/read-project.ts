import { readFileLimited } from '@agentmesh/files';
import { ifPresent } from '../state/if-present.js';
import type { Lock } from '../state/locked-plugin.js';
import type { Project } from './project.js';
import type { ProjectFile } from './project-file.js';
import { MAX_LOCK_BYTES, MAX_PROJECT_BYTES } from './project-limits.js';
import { parseProjectLock } from './project-lock.js';

/** The files of a project, read. */
export interface ReadProject {
  readonly file: ProjectFile;
  /** Undefined where there is no `agentmesh.yaml`. */
  readonly fileBytes: Uint8Array | undefined;
  /** Undefined where there is no `agentmesh.lock`. */
  readonly lock: Lock | undefined;
}

const EMPTY: ProjectFile = { plugins: undefined, overrides: new Map(), minimumAgeMs: undefined };

/**
 * Reads `agentmesh.yaml` and `agentmesh.lock`. Both may have come with a cloned project.
 *
 * @throws MarketplaceError `PROJECT_INVALID`, `LOCK_INVALID`, `FILE_TOO_LARGE`, `FILE_NOT_REGULAR`
 */
export async function readProject(project: Project): Promise<ReadProject> {
  const { filePath, lockPath, otherKeys } = project;
  const fileBytes = await ifPresent(readFileLimited(filePath, MAX_PROJECT_BYTES));
  const lockBytes = await ifPresent(readFileLimited(lockPath, MAX_LOCK_BYTES));
  const lock = lockBytes === undefined ? undefined : parseProjectLock(lockBytes.toString('utf8'), lockPath);
  if (fileBytes === undefined) return { file: EMPTY, fileBytes, lock };
  const { parseProjectFile } = await import('./project-file.js');
  return { file: parseProjectFile(fileBytes, filePath, otherKeys), fileBytes, lock };
}
