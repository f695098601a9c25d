import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_TREE_LIMITS, listTree, unpackArchive } from '@agentmesh/artifact';
import { type Finding, MarketplaceError, printable } from '@agentmesh/errors';
import { loadManifest, saveManifest } from '@agentmesh/manifest';
import type { RegistryEntry } from '@agentmesh/registry';
import type { InstallSession } from './install-session.js';
import type { InstallRegistry } from './installer-options.js';
import { registrySource } from './read-target.js';
import { sameManifest } from './same-manifest.js';
import type { StagedPlugin } from './staged-plugin.js';

/**
 * Brings one version of the registry into the stage. A version without files becomes a folder with its manifest alone.
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
  const findings: Finding[] = [...deprecation(entry)];
  const tree = await fill(session, registry, { entry, dir });
  const manifest = await loadManifest(dir, { onFinding: (finding) => findings.push(finding) });
  if (!sameManifest(manifest, entry.manifest)) throw mismatch(name, version);
  const { artifact } = entry;
  return {
    dir,
    files: tree.files,
    digest: tree.digest,
    manifest,
    source: registrySource(name),
    resolved: registrySource(name, version),
    ...(artifact === undefined ? {} : { integrity: artifact.integrity }),
    findings,
  };
}

async function fill(
  session: InstallSession,
  registry: InstallRegistry,
  { entry, dir }: { readonly entry: RegistryEntry; readonly dir: string },
): ReturnType<typeof unpackArchive> {
  const { treeLimits: limits, signal } = session;
  const stop = signal === undefined ? {} : { signal };
  if (entry.artifact === undefined) {
    await mkdir(dir);
    await saveManifest(entry.manifest, dir);
    return listTree(dir, { limits, ...stop });
  }
  const maxBytes = limits.maxBytes ?? DEFAULT_TREE_LIMITS.maxBytes;
  const bytes = await registry.readArtifact(entry, { maxBytes });
  return unpackArchive(bytes, dir, { limits, integrity: entry.artifact.integrity, ...stop });
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
