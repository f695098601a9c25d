import { statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyContent, forEachBounded, packTree, type TreeFile } from '@agentmesh/artifact';
import { MarketplaceError } from '@agentmesh/errors';
import { writeFileAtomic } from '@agentmesh/files';
import type { InstallContext } from '../install/install-context.js';
import { changeWorkspace, type WorkspaceChange } from '../state/change-workspace.js';
import { formatLock } from '../state/format-lock.js';
import { LOCK_FILENAME } from '../state/generation.js';
import { lockFor } from '../state/lock-for.js';
import { FILES_AT_ONCE } from '../store/file-place.js';
import { reportPlugin } from '../verify/report-plugin.js';
import { treeTampered } from '../verify/tree-tampered.js';
import { FILES_FOLDER, formatIndex, INDEX_FILENAME, type OfferedKey } from './bundle-index.js';
import { type BundleLimits, DEFAULT_BUNDLE_LIMITS } from './bundle-limits.js';

/** What {@link createBundle} is asked beside the path. */
export interface CreateBundleOptions {
  readonly limits?: Partial<BundleLimits> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A bundle that was written. */
export interface CreatedBundle {
  readonly path: string;
  readonly bytes: number;
  /** `sha512-…` of the file. */
  readonly integrity: string;
  /** Names of its plugins, sorted. */
  readonly plugins: readonly string[];
  /** Keys that signed them, as far as this workspace trusts them. */
  readonly keys: readonly OfferedKey[];
}

/**
 * Writes all that is installed into one file: the lock, every file of every plugin once, and the public keys that they verify with. The same
 * plugins and keys give the same bytes on every machine. Every plugin is read in full before.
 *
 * @param path of the file, which is replaced when it is there
 * @throws MarketplaceError `NOTHING_INSTALLED`; `TREE_TAMPERED`; `TREE_TOO_LARGE`; `LOCK_TIMEOUT`, `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`; the
 * signal's reason
 */
export async function createBundle(
  context: InstallContext,
  path: string,
  options: CreateBundleOptions = {},
): Promise<CreatedBundle> {
  const { signal } = options;
  const limits = { ...DEFAULT_BUNDLE_LIMITS, ...options.limits };
  const lock = lockFor(context, { action: 'bundle create', signal });
  return changeWorkspace(context.workspace, lock, async (change) => {
    if (change.current.plugins.size === 0) throw nothingInstalled();
    const dir = join(change.stage, 'bundle');
    const { plugins, keys } = await gather({ ...context, signal }, change, dir);
    await writeFile(join(dir, INDEX_FILENAME), formatIndex({ plugins, keys }));
    await writeFile(join(dir, LOCK_FILENAME), formatLock(change.current.plugins));
    // The index and the lock are two files more.
    const most = { maxFiles: limits.maxFiles + 2, maxBytes: limits.maxBytes };
    const stop = signal === undefined ? {} : { signal };
    const { bytes, integrity } = await packTree(dir, { view: 'installed', limits: most, ...stop });
    if (bytes.length > limits.maxArchiveBytes) throw tooLarge(bytes.length, limits);
    await writeFileAtomic(path, bytes);
    return { path, bytes: bytes.length, integrity, plugins: [...plugins.keys()].sort(), keys };
  });
}

type BundleContext = InstallContext & { readonly signal: AbortSignal | undefined };

interface Gathered {
  readonly plugins: ReadonlyMap<string, readonly TreeFile[]>;
  readonly keys: readonly OfferedKey[];
}

async function gather(context: BundleContext, { current }: WorkspaceChange, dir: string): Promise<Gathered> {
  const plugins = new Map<string, readonly TreeFile[]>();
  const used = new Set<string>();
  await mkdir(join(dir, FILES_FOLDER), { recursive: true });
  for (const [name, locked] of current.plugins) {
    context.onProgress({ phase: 'checking', plugin: name });
    const { report, inspected } = await reportPlugin(context, { generation: current, name, locked });
    const { root, files } = inspected;
    if (!report.intact || root === undefined) throw treeTampered(name, report.differences);
    await addFiles(context, { name, root, files }, join(dir, FILES_FOLDER));
    plugins.set(name, files);
    if (report.keyId !== undefined) used.add(report.keyId);
  }
  return { plugins, keys: await offer(context, used) };
}

async function addFiles(
  { signal }: BundleContext,
  { name, root, files }: { readonly name: string; readonly root: string; readonly files: readonly TreeFile[] },
  dir: string,
): Promise<void> {
  const contents = new Map(files.map((file) => [file.sha256, file]));
  await forEachBounded(contents.values(), { width: FILES_AT_ONCE, signal }, async (file) => {
    const to = join(dir, file.sha256);
    if (statSync(to, { throwIfNoEntry: false }) !== undefined) return;
    const mode = file.executable ? 0o755 : 0o644;
    if (await copyContent({ from: join(root, file.path), to, content: file, mode, method: 'reflink' })) return;
    throw treeTampered(name, [{ path: file.path, kind: 'changed' }]);
  });
}

async function offer({ keyring }: BundleContext, used: ReadonlySet<string>): Promise<readonly OfferedKey[]> {
  if (used.size === 0) return [];
  const { publicKeyPem } = await import('@agentmesh/signing');
  const keys = (await keyring())?.entries() ?? [];
  return keys
    .filter(({ keyId }) => used.has(keyId))
    .map(({ author, keyId, publicKey }) => ({ author, keyId, publicKey: publicKeyPem(publicKey) }));
}

function nothingInstalled(): MarketplaceError {
  return new MarketplaceError('There is nothing installed to put into a bundle', {
    code: 'NOTHING_INSTALLED',
    hint: 'Install what the bundle is to hold first.',
  });
}

function tooLarge(bytes: number, { maxArchiveBytes }: BundleLimits): MarketplaceError {
  return new MarketplaceError(`The bundle would have ${bytes} bytes, and at most ${maxArchiveBytes} are read`, {
    code: 'TREE_TOO_LARGE',
    hint: 'Raise the limit here and where it is installed.',
  });
}
