import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkPath, digestFiles, type TreeFile } from '@agentmesh/artifact';
import { readFileLimited } from '@agentmesh/files';
import { ifPresent } from '../state/if-present.js';
import { isTreeFile } from '../state/tree-record.js';
import { MAX_RECORD_BYTES, type Workspace } from '../state/workspace.js';
import { isSha256 } from './file-place.js';

/** What the store finds a plugin by. */
export interface StoredPlugin {
  readonly name: string;
  readonly version: string;
  /** `h1:` digest of its files. */
  readonly contentDigest: string;
  /** SRI of the archive that it came in, where there was one. */
  readonly integrity?: string | undefined;
}

/** File name of a plugin's record. Only a hash, since versions come from locks and may be any text. */
export function recordName({ name, version, contentDigest }: StoredPlugin): string {
  const key = createHash('sha256').update(JSON.stringify([name, version, contentDigest]));
  return `${key.digest('hex')}.json`;
}

/** Notes which files of the store make up a plugin. Only for the holder of the workspace's lock. */
export async function writePluginRecord(
  workspace: Workspace,
  plugin: StoredPlugin,
  files: readonly TreeFile[],
): Promise<void> {
  const { name, version, contentDigest, integrity } = plugin;
  const list = files.map(({ path, size, sha256, executable }) => ({ path, size, sha256, executable }));
  const record = { name, version, content_digest: contentDigest, integrity, files: list };
  const incoming = join(workspace.stagesDir, 'record');
  await mkdir(workspace.recordsDir, { recursive: true });
  await writeFile(incoming, `${JSON.stringify(record)}\n`);
  await rename(incoming, join(workspace.recordsDir, recordName(plugin)));
}

/**
 * The files of a plugin, when the store knows it. The list is bound to what was asked for: everything but the plugin's manifest by
 * the digest, the manifest by its signature, which is for the caller to check.
 */
export async function findPluginRecord(
  workspace: Workspace,
  plugin: StoredPlugin,
): Promise<readonly TreeFile[] | undefined> {
  const bytes = await ifPresent(readFileLimited(join(workspace.recordsDir, recordName(plugin)), MAX_RECORD_BYTES));
  const record = bytes === undefined ? undefined : parseRecord(bytes.toString('utf8'));
  if (record === undefined) return undefined;
  const { files, integrity } = record;
  if (integrity !== undefined && plugin.integrity !== undefined && integrity !== plugin.integrity) return undefined;
  return digestFiles(files) === plugin.contentDigest ? files : undefined;
}

/** The files that a record names, whatever it is asked for; undefined for what is no record. */
export async function readRecordFiles(path: string): Promise<readonly TreeFile[] | undefined> {
  const bytes = await ifPresent(readFileLimited(path, MAX_RECORD_BYTES));
  return bytes === undefined ? undefined : parseRecord(bytes.toString('utf8'))?.files;
}

function parseRecord(
  text: string,
): { readonly files: readonly TreeFile[]; readonly integrity: string | undefined } | undefined {
  const record = parseJson(text);
  if (typeof record !== 'object' || record === null || !('files' in record)) return undefined;
  const { files } = record;
  const integrity = 'integrity' in record ? record.integrity : undefined;
  if (integrity !== undefined && typeof integrity !== 'string') return undefined;
  return Array.isArray(files) && files.every(isSafeFile) ? { files, integrity } : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The store may have come with a cloned project: what it says becomes paths. */
function isSafeFile(value: unknown): value is TreeFile {
  return isTreeFile(value) && value.size >= 0 && isSha256(value.sha256) && checkPath(value.path) === undefined;
}
