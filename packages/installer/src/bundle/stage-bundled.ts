import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { compareTrees, copyContent, forEachBounded, listTree, type TreeFile } from '@agentmesh/artifact';
import type { Finding } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';
import type { InstallSession } from '../install/install-session.js';
import type { ObtainedPlugin } from '../install/obtained-plugin.js';
import type { StagedPlugin } from '../install/staged-plugin.js';
import { loadTreeManifest } from '../state/load-tree-manifest.js';
import { FILES_AT_ONCE } from '../store/file-place.js';
import type { NamedLock } from '../store/stage-locked.js';
import { inspectPlugin } from '../verify/inspect-plugin.js';
import { bundleInvalid } from './bundle-invalid.js';
import type { OpenBundle } from './open-bundle.js';

/**
 * Gets hold of a bundle's plugin: the installed one when it has the very same files and is intact, else the bundle's, put together in the
 * stage and listed under all rules for trees.
 *
 * @throws MarketplaceError `BUNDLE_INVALID`, `TREE_UNSAFE`, `TREE_TOO_LARGE`, `MANIFEST_NOT_FOUND`, `MANIFEST_INVALID`
 */
export async function stageBundled(
  session: InstallSession,
  bundle: OpenBundle,
  plugin: NamedLock,
): Promise<ObtainedPlugin> {
  const { name, locked } = plugin;
  const files = bundle.plugins.get(name) ?? [];
  const before = session.current.plugins.get(name);
  const known = { name, files, digest: locked.content_digest, origin: locked, locked };
  const kept = before === undefined ? undefined : await findSame(session, { name, locked: before }, files);
  if (kept !== undefined) return { ...known, change: 'kept', manifest: kept, findings: [], staged: undefined };
  session.onProgress({ phase: 'fetching', plugin: name });
  const staged = await putTogether(session, { bundle, plugin, files });
  const { manifest, findings } = staged;
  const same = before?.version === locked.version && before.content_digest === locked.content_digest;
  const change = before === undefined ? 'installed' : same ? 'healed' : 'updated';
  return { ...known, files: staged.files, change, manifest, findings, staged };
}

async function findSame(
  { workspace, current }: InstallSession,
  plugin: NamedLock,
  files: readonly TreeFile[],
): Promise<PluginManifest | undefined> {
  const {
    differences,
    manifest,
    files: installed,
  } = await inspectPlugin(workspace, { generation: current, ...plugin });
  return differences.length === 0 && compareTrees(installed, files).length === 0 ? manifest : undefined;
}

async function putTogether(
  session: InstallSession,
  {
    bundle,
    plugin,
    files,
  }: { readonly bundle: OpenBundle; readonly plugin: NamedLock; readonly files: readonly TreeFile[] },
): Promise<StagedPlugin> {
  const { name, locked } = plugin;
  const { treeLimits: limits, signal } = session;
  const dir = join(session.stage, `bundled-${name}`);
  const folders = new Set<string>();
  await forEachBounded(files, { width: FILES_AT_ONCE, signal }, async (file) => {
    const to = `${dir}/${file.path}`;
    const folder = to.slice(0, to.lastIndexOf('/'));
    if (!folders.has(folder)) mkdirSync(folder, { recursive: true });
    folders.add(folder);
    const mode = file.executable ? 0o755 : 0o644;
    const from = bundle.placeOf(file.sha256);
    if (await copyContent({ from, to, content: file, mode, method: 'reflink' })) return;
    throw bundleInvalid(`${file.path} of ${name} changed while it was unpacked`);
  });
  const tree = await listTree(dir, { limits, ...(signal === undefined ? {} : { signal }) });
  const findings: Finding[] = [];
  const manifest = await loadTreeManifest(dir, locked.made_manifest, (finding) => findings.push(finding));
  if (manifest.name !== name || manifest.version !== locked.version || tree.digest !== locked.content_digest) {
    throw bundleInvalid(`the manifest of ${name} names another plugin or version than its lock`);
  }
  const { source, resolved, revision, integrity, made_manifest } = locked;
  return {
    dir,
    files: tree.files,
    digest: tree.digest,
    manifest,
    source,
    resolved,
    ...(revision === undefined ? {} : { revision }),
    ...(integrity === undefined ? {} : { integrity }),
    ...(made_manifest === undefined ? {} : { made_manifest }),
    findings,
  };
}
