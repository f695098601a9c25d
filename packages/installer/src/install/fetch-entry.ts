import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_TREE_LIMITS, listTree, type Tree, unpackArchive } from '@agentmesh/artifact';
import { type Finding, MarketplaceError, printable } from '@agentmesh/errors';
import { loadManifest, saveManifest } from '@agentmesh/manifest';
import type { RegistryEntry } from '@agentmesh/registry';
import { type StagedFiles, stageStored } from '../store/stage-stored.js';
import { artifactRevision, fetchArtifact, findArtifact } from './fetch-artifact.js';
import type { InstallSession } from './install-session.js';
import type { InstallRegistry } from './installer-options.js';
import { registrySource } from './read-target.js';
import { sameManifest } from './same-manifest.js';
import type { StagedPlugin } from './staged-plugin.js';

/**
 * Brings one version of the registry into the stage. The files of a version that the registry has not may lie where its manifest says
 * (`artifact_url`); one without files becomes a folder with its manifest alone.
 *
 * @throws MarketplaceError `INTEGRITY_MISMATCH`, `TREE_UNSAFE`, `TREE_TOO_LARGE`, `ARCHIVE_INVALID`, `MANIFEST_NOT_FOUND`,
 * `MANIFEST_INVALID`, `MANIFEST_MISMATCH`; what the registry throws
 */
export async function fetchEntry(
  session: InstallSession,
  registry: InstallRegistry,
  entry: RegistryEntry,
): Promise<StagedPlugin> {
  const { name, version } = entry.manifest;
  session.onProgress({ phase: 'fetching', plugin: name });
  const dir = join(session.stage, `registry-${name}`);
  const stored = await fromStore(session, entry, dir);
  const { tree, manifest, findings } = stored ?? (await fetched(session, registry, { entry, dir }));
  if (!sameManifest(manifest, entry.manifest)) throw mismatch(name, version);
  const { artifact } = entry;
  const proven = artifact === undefined && findArtifact(session, entry.manifest) !== undefined;
  const revision = proven ? artifactRevision(entry.manifest) : undefined;
  return {
    dir,
    files: tree.files,
    digest: tree.digest,
    manifest,
    source: registrySource(name),
    resolved: registrySource(name, version),
    ...(artifact === undefined ? {} : { integrity: artifact.integrity }),
    ...(revision === undefined ? {} : { revision }),
    ...(stored === undefined ? {} : { stored: true }),
    findings: [...deprecation(entry), ...findings],
  };
}

async function fetched(
  session: InstallSession,
  registry: InstallRegistry,
  place: { readonly entry: RegistryEntry; readonly dir: string },
): Promise<StagedFiles> {
  const tree = await fill(session, registry, place);
  const findings: Finding[] = [];
  const manifest = await loadManifest(place.dir, { onFinding: (finding) => findings.push(finding) });
  return { tree, manifest, findings };
}

async function fill(
  session: InstallSession,
  registry: InstallRegistry,
  { entry, dir }: { readonly entry: RegistryEntry; readonly dir: string },
): Promise<Tree> {
  const { treeLimits: limits, signal } = session;
  const stop = signal === undefined ? {} : { signal };
  if (entry.artifact === undefined) {
    const { manifest } = entry;
    const source = findArtifact(session, manifest);
    if (source !== undefined) return fetchArtifact(session, { source, manifest, dir });
    await mkdir(dir);
    await saveManifest(entry.manifest, dir);
    return listTree(dir, { limits, ...stop });
  }
  const maxBytes = limits.maxBytes ?? DEFAULT_TREE_LIMITS.maxBytes;
  const bytes = await registry.readArtifact(entry, { maxBytes });
  return unpackArchive(bytes, dir, { limits, integrity: entry.artifact.integrity, ...stop });
}

/** The same version out of the store; undefined where the store has it not, or with another manifest than the registry lists. */
async function fromStore(
  session: InstallSession,
  { manifest, artifact }: RegistryEntry,
  dir: string,
): Promise<StagedFiles | undefined> {
  const { name, version, content_digest: contentDigest } = manifest;
  // Without a digest nothing ties what the store has to what the registry lists.
  if (contentDigest === undefined) return undefined;
  const staged = await stageStored(session, { name, version, contentDigest, integrity: artifact?.integrity }, dir);
  if (staged === undefined || sameManifest(staged.manifest, manifest)) return staged;
  await rm(dir, { recursive: true, force: true });
  return undefined;
}

function deprecation({ status, manifest }: RegistryEntry): readonly Finding[] {
  if (status.state === 'active') return [];
  const instead = status.successor === undefined ? '' : `; use ${printable(status.successor)} instead`;
  const reason = status.reason === undefined ? '' : `: ${printable(status.reason)}`;
  const message = `${printable(manifest.name)} ${printable(manifest.version)} is ${status.state}${reason}${instead}`;
  return [{ code: status.state, severity: 'warning', path: 'version', message }];
}

function mismatch(name: string, version: string): MarketplaceError {
  const what = `${printable(name)} ${printable(version)}`;
  return new MarketplaceError(`The archive of ${what} holds another manifest than the registry lists`, {
    code: 'MANIFEST_MISMATCH',
    hint: 'Do not install it; tell whoever runs the registry.',
  });
}
