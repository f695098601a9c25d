import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readFileLimited, writeFileAtomic } from '@agentmesh/files';
import { ifPresent } from '../state/if-present.js';
import type { Workspace } from '../state/workspace.js';
import type { Project } from './project.js';

const MAX_BYTES = 65_536;

/** Which state of a workspace the files of a project were last brought in step with. */
export interface ProjectRecord {
  readonly generation: number;
  /** sha256 of `agentmesh.yaml` and `agentmesh.lock` as they were then; that of nothing for a missing one. */
  readonly file: string;
  readonly lock: string;
}

/** Reads the record; undefined where there is none for this project. It is a note, and nothing is trusted for it. */
export async function findProjectRecord(workspace: Workspace, project: Project): Promise<ProjectRecord | undefined> {
  const bytes = await ifPresent(readFileLimited(recordPath(workspace), MAX_BYTES));
  return bytes === undefined ? undefined : parse(bytes.toString('utf8'), project.dir);
}

/** Replaces the record. Only for the holder of the workspace's lock. */
export async function writeProjectRecord(
  workspace: Workspace,
  project: Project,
  { generation, file, lock }: ProjectRecord,
): Promise<void> {
  await mkdir(workspace.stateDir, { recursive: true });
  const text = JSON.stringify({ project: project.dir, generation, file, lock });
  await writeFileAtomic(recordPath(workspace), `${text}\n`, { durable: false });
}

/** sha256 of a file's bytes, in hex. */
export function hashBytes(bytes: Uint8Array | undefined): string {
  return createHash('sha256')
    .update(bytes ?? new Uint8Array())
    .digest('hex');
}

/** Where the record of a workspace lies. */
export function recordPath({ stateDir }: Workspace): string {
  return join(stateDir, 'project.json');
}

function parse(text: string, dir: string): ProjectRecord | undefined {
  try {
    const { project, generation, file, lock } = JSON.parse(text) ?? {};
    if (project !== dir || !Number.isSafeInteger(generation)) return undefined;
    return typeof file === 'string' && typeof lock === 'string' ? { generation, file, lock } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
