import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { TreeFile } from '@agentmesh/artifact';
import { readFileLimited, writeFileAtomic } from '@agentmesh/files';
import { ifPresent } from './if-present.js';
import { MAX_RECORD_BYTES, type Workspace } from './workspace.js';

const SHOWN_VERSION = 40;

/** Path of the file list of a tree. */
function treeRecordPath(workspace: Workspace, tree: string): string {
  return join(workspace.treesDir, `${tree}.json`);
}

/** A fresh name for a tree: `<name>-<version>-<12 hex digits of its file list>-<random>`. */
export function nameTree(name: string, version: string, files: readonly TreeFile[]): string {
  return `${treePrefix(name, version, files)}${randomBytes(4).toString('hex')}`;
}

/** What the name of a tree with these files begins with; a list that was changed afterwards no longer fits its tree's name. */
export function treePrefix(name: string, version: string, files: readonly TreeFile[]): string {
  const lines = files.map((file) => `${file.sha256} ${file.executable ? 'x' : '-'} ${file.size} ${file.path}\n`);
  const hash = createHash('sha256').update(lines.join('')).digest('hex').slice(0, 12);
  return `${name}-${version.slice(0, SHOWN_VERSION)}-${hash}-`;
}

/** What is written down of a tree. */
export interface TreeRecord {
  readonly files: readonly TreeFile[];
  /** True for a tree whose files are the store's own, by hard links, and so 0444 or 0555. */
  readonly readOnly: boolean;
}

/** Writes the file list of a complete tree. */
export async function writeTreeRecord(workspace: Workspace, tree: string, record: TreeRecord): Promise<void> {
  const files = record.files.map(({ path, size, sha256, executable }) => ({ path, size, sha256, executable }));
  const text = JSON.stringify({ files, ...(record.readOnly ? { read_only: true } : {}) });
  await writeFileAtomic(treeRecordPath(workspace, tree), `${text}\n`, { durable: false });
}

/** The file list of a tree; undefined when it is missing or is no such list. */
export async function findTreeRecord(workspace: Workspace, tree: string): Promise<TreeRecord | undefined> {
  const bytes = await ifPresent(readFileLimited(treeRecordPath(workspace, tree), MAX_RECORD_BYTES));
  return bytes === undefined ? undefined : parseRecord(bytes.toString('utf8'));
}

function parseRecord(text: string): TreeRecord | undefined {
  try {
    const record: unknown = JSON.parse(text);
    if (typeof record !== 'object' || record === null || !('files' in record)) return undefined;
    const { files } = record;
    const readOnly = 'read_only' in record && record.read_only === true;
    return Array.isArray(files) && files.every(isTreeFile) ? { files, readOnly } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** True for what the files of a list are written as. */
export function isTreeFile(value: unknown): value is TreeFile {
  if (typeof value !== 'object' || value === null) return false;
  const { path, size, sha256, executable } = value as Partial<Record<keyof TreeFile, unknown>>;
  return (
    typeof path === 'string' &&
    Number.isSafeInteger(size) &&
    typeof sha256 === 'string' &&
    typeof executable === 'boolean'
  );
}
