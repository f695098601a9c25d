import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileLock, writeFileAtomic } from '@agentmesh/files';
import { type CopySource, listNames, PluginRegistry, type RegistryEntry } from '@agentmesh/registry';
import { formatName, type NameDocument } from './entry-json.js';
import { integrityOfFile } from './integrity-of-file.js';
import type { MirrorRoot } from './mirror-json.js';
import { readOnlySource } from './read-only-source.js';
import { isListableName, MIRROR_FILE, versionPath } from './registry-paths.js';

/** What is mirrored where. */
export interface MirrorOptions {
  readonly from: CopySource;
  /** Folder to write into, made when absent; it is for the mirror alone. */
  readonly dir: string;
  /** Largest archive in bytes (default 100 MiB). */
  readonly maxArtifactBytes?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly names: number; readonly name: string }) => void;
}

/** What a mirror has now, and what was new. */
export interface MirrorReport {
  readonly names: number;
  readonly versions: number;
  readonly artifacts: { readonly written: number; readonly present: number };
  /** Names whose file was written, because something about them is new. */
  readonly changed: number;
  /** Names that the registry no longer lists. */
  readonly removed: number;
}

const MAX_ARTIFACT = 100 * 1024 * 1024;
/** Web servers run as users of their own. */
const READABLE = 0o644;

/**
 * Writes a registry as static files that any web server can serve: `v1/mirror.json`, which names the list of everything, a
 * folder `v1/plugins/<name>/` with `index.json`, and `<version>/artifact` in it. Only what is new or damaged is written. Each
 * file is replaced in one step, archives before what lists them and `mirror.json` last, so that whoever reads meanwhile sees the
 * old state or the new one. Every archive is hashed.
 *
 * @throws MarketplaceError `INTEGRITY_MISMATCH`, `BLOB_NOT_FOUND`, `ARTIFACT_TOO_LARGE`, `LOCK_TIMEOUT`
 */
export async function writeMirror(options: MirrorOptions): Promise<MirrorReport> {
  const { dir } = options;
  await mkdir(join(dir, 'v1', 'index'), { recursive: true });
  return withFileLock(join(dir, '.agentmesh-mirror.lock'), {}, () => write(options));
}

async function write(options: MirrorOptions): Promise<MirrorReport> {
  const { from, dir, signal, onProgress } = options;
  const counts = { names: 0, versions: 0, changed: 0 };
  const artifacts = { written: 0, present: 0 };
  const documents: string[] = [];
  const kept = new Set<string>();
  for await (const name of listNames(from.store)) {
    signal?.throwIfAborted();
    if (!isListableName(name)) continue;
    onProgress?.({ names: counts.names, name });
    const [versions, owners] = await Promise.all([from.store.versions(name), from.store.owners(name)]);
    for (const entry of versions) await writeArtifact(options, entry, artifacts);
    const text = JSON.stringify(formatName({ name, owners, versions } satisfies NameDocument));
    if (await writeIfOther(join(dir, 'v1', 'plugins', name, 'index.json'), text)) counts.changed += 1;
    documents.push(text);
    kept.add(name);
    counts.names += 1;
    counts.versions += versions.length;
  }
  await writeRoot(dir, documents, counts);
  return { ...counts, artifacts, removed: await removeOthers(join(dir, 'v1', 'plugins'), kept) };
}

async function writeArtifact(
  { from, dir, maxArtifactBytes = MAX_ARTIFACT, signal }: MirrorOptions,
  entry: RegistryEntry,
  counts: { written: number; present: number },
): Promise<void> {
  signal?.throwIfAborted();
  const { artifact, manifest } = entry;
  const path = versionPath(manifest.name, manifest.version);
  if (artifact === undefined || path === undefined) return;
  const file = join(dir, decodeURIComponent(path), 'artifact');
  if ((await integrityOfFile(file)) === artifact.integrity) {
    counts.present += 1;
    return;
  }
  const registry = new PluginRegistry(readOnlySource(from));
  const bytes = await registry.readArtifact(entry, { maxBytes: maxArtifactBytes });
  await mkdir(join(file, '..'), { recursive: true });
  await writeFileAtomic(file, bytes, { mode: READABLE });
  counts.written += 1;
}

/** The list goes under the name of its digest; the one file that names it is what everybody begins with. */
async function writeRoot(
  dir: string,
  documents: readonly string[],
  { names, versions }: { readonly names: number; readonly versions: number },
): Promise<void> {
  const text = `{"plugins":[${documents.join(',')}]}`;
  const file = `${createHash('sha256').update(text).digest('hex')}.json`;
  await writeIfOther(join(dir, 'v1', 'index', file), text);
  const before = await readdir(join(dir, 'v1', 'index'));
  const root: MirrorRoot = { agentmesh_mirror: 1, index: `v1/index/${file}`, names, versions };
  const isNew = await writeIfOther(join(dir, MIRROR_FILE), JSON.stringify(root));
  // The list before stays until the next change, for whoever just read which one it is.
  if (!isNew) return;
  const stats = await Promise.all(
    before
      .filter((name) => name !== file)
      .map(async (name) => ({ name, stats: await lstat(join(dir, 'v1', 'index', name)) })),
  );
  const oldest = stats.toSorted((a, b) => b.stats.mtimeMs - a.stats.mtimeMs).slice(1);
  for (const { name } of oldest) await rm(join(dir, 'v1', 'index', name), { force: true });
}

async function writeIfOther(path: string, text: string): Promise<boolean> {
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before === text) return false;
  await mkdir(join(path, '..'), { recursive: true });
  await writeFileAtomic(path, text, { mode: READABLE });
  return true;
}

async function removeOthers(folder: string, kept: ReadonlySet<string>): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const gone = names.filter((name) => isListableName(name) && !kept.has(name));
  for (const name of gone) await rm(join(folder, name), { recursive: true, force: true });
  return gone.length;
}
