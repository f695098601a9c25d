import { mkdtemp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { listTree, type Tree } from '@agentmesh/artifact';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { loadManifest, MANIFEST_FILENAME, type PluginManifest, saveManifest } from '@agentmesh/manifest';
import type { Source } from '@agentmesh/resolver';
import { askBeforeFetch } from './ask-before-fetch.js';
import { fetchFiles } from './fetch-from-source.js';
import type { InstallSession } from './install-session.js';

const SHA256 = /^[0-9a-f]{64}$/i;

/**
 * Where the files of a plugin lie that a registry of the Python toolkit lists: its `artifact_url`, with the hash that the manifest
 * states. Undefined for a manifest without both, and where nobody can fetch a URL.
 */
export function findArtifact({ sources }: InstallSession, manifest: PluginManifest): Source | undefined {
  const { artifact_url: url, artifact_sha256: sha256 } = manifest;
  if (url === null || sha256 === null || !SHA256.test(sha256) || !URL.canParse(url)) return undefined;
  const { protocol, href, hash } = new URL(url);
  const scheme = protocol.slice(0, -1);
  if ((scheme !== 'https' && scheme !== 'http') || sources?.has(scheme) !== true) return undefined;
  const bare = href.slice(`${protocol}//`.length, href.length - hash.length);
  return { scheme, spec: `${bare}#sha256=${sha256.toLowerCase()}` };
}

/**
 * Fetches such files into the absent folder `dir`. The manifest that the registry lists, and that is signed, states the archive's
 * hash, so it takes the place of one in the archive, which cannot state its own.
 *
 * @throws MarketplaceError `MANIFEST_MISMATCH` for an archive of another plugin; `POLICY_DENIED`, `INTEGRITY_MISMATCH`; what fetching throws
 */
export async function fetchArtifact(
  session: InstallSession,
  { source, manifest, dir }: { readonly source: Source; readonly manifest: PluginManifest; readonly dir: string },
): Promise<Tree> {
  await askBeforeFetch(session, source);
  const place = await mkdtemp(join(session.stage, 'artifact-'));
  const { tree } = await fetchFiles(session, source, place);
  const files = join(place, 'tree');
  if (tree.files.some(({ path }) => path === MANIFEST_FILENAME)) assertSame(await loadManifest(files), manifest);
  await saveManifest(manifest, files);
  await rename(files, dir);
  const { treeLimits: limits, signal } = session;
  return listTree(dir, { limits, ...(signal === undefined ? {} : { signal }) });
}

/** What the lock has as the revision of a plugin whose files came that way. */
export function artifactRevision({ artifact_sha256: sha256 }: PluginManifest): string | undefined {
  return sha256 === null ? undefined : `sha256:${sha256.toLowerCase()}`;
}

function assertSame(found: PluginManifest, listed: PluginManifest): void {
  if (found.name === listed.name && found.version === listed.version) return;
  throw new MarketplaceError(
    `The archive of ${printable(listed.name)} ${listed.version} holds ${printable(found.name)} ${found.version}`,
    { code: 'MANIFEST_MISMATCH', hint: 'Do not install it; tell whoever runs the registry.' },
  );
}
