import { join } from 'node:path';
import type { InspectedSource } from '@agentmesh/installer';
import type { JsonValue, PluginManifest } from '@agentmesh/manifest';
import type { InstallRow } from '@agentmesh/registry-sql';
import { formatSource } from '@agentmesh/resolver';
import { readTraits } from '../local-plugins/read-traits.js';
import type { InstallRecord } from '../targets/install-record.js';
import type { Displaced } from '../targets/workspace-target.js';
import { approveInstall } from './approve-install.js';
import { fetchPlugin, type PluginFetch } from './fetch-plugin.js';
import type { WorkspaceDeps } from './workspace-deps.js';

/** What an install came to. */
export interface InstalledPlugin {
  readonly record: InstallRecord;
  readonly displaced: Displaced;
}

/**
 * Fetches a plugin, checks it, and puts it into a workspace. Until the last of these nothing of the workspace has changed; an abort counts up to
 * then.
 *
 * @throws MarketplaceError what fetching, the checks and the workspace's target throw
 */
export async function installPlugin(deps: WorkspaceDeps, fetch: Omit<PluginFetch, 'stage'>): Promise<InstalledPlugin> {
  const { workspace, signal } = fetch;
  return deps.stages.use(async (folder) => {
    const inspected = await fetchPlugin(deps, { ...fetch, stage: join(folder, 'stage') });
    const record = await recordOf(inspected, formatSource(fetch.order.source), deps.now());
    const displaced = await deps.workspaces.target.replace(
      workspace,
      { stage: inspected.dir, record },
      { signal, approve: (installed) => approveInstall(installed, record) },
    );
    await deps.database.workspaces.ensure({ id: workspace, createdAt: record.installedAt });
    await deps.database.installs.put(installRow(workspace, record));
    return { record, displaced };
  });
}

async function recordOf(inspected: InspectedSource, source: string, now: Date): Promise<InstallRecord> {
  const { manifest, dir, files, digest, resolved, revision, verification, keyId } = inspected;
  const { tags, skills, runtimes } = await readTraits(dir, manifest);
  return {
    plugin: manifest.name,
    version: manifest.version,
    source,
    resolved,
    ...(revision === undefined ? {} : { revision }),
    contentDigest: digest,
    verification,
    ...(keyId === undefined ? {} : { keyId }),
    installedAt: now.toISOString(),
    manifest,
    foreign: inspected.made_manifest !== undefined,
    tags,
    skills,
    runtimes,
    files,
  };
}

/** What the database lists of an installed plugin. */
export function installRow(workspace: string, record: InstallRecord): InstallRow {
  const { plugin, version, source, resolved, contentDigest, keyId, installedAt, manifest } = record;
  return {
    workspace,
    plugin,
    version,
    source,
    resolved,
    contentDigest,
    ...(keyId === undefined ? {} : { keyId }),
    installedAt,
    manifest: jsonOf(manifest),
  };
}

/** A manifest holds what JSON has, and fields that are unset. */
function jsonOf(manifest: PluginManifest): JsonValue {
  return JSON.parse(JSON.stringify(manifest));
}
