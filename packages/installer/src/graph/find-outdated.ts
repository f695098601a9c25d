import { isMarketplaceError } from '@agentmesh/errors';
import { compareVersions } from '@agentmesh/manifest';
import { DependencyError } from '../dependencies/dependency-error.js';
import { pickPlugins } from '../install/change-plugins.js';
import type { InstallContext } from '../install/install-context.js';
import type { InstallSession } from '../install/install-session.js';
import { registrySource } from '../install/read-target.js';
import { offerDependency } from '../install/registry-offers.js';
import { updateOf } from '../install/update-plugins.js';
import { readGeneration } from '../state/generation.js';
import type { Lock } from '../state/locked-plugin.js';
import { type BaseLock, readBaseLock } from './base-lock.js';

/** A plugin of the registry that is not the newest one. */
export interface OutdatedPlugin {
  readonly name: string;
  readonly current: string;
  /** What `update` would take; absent where nothing fits everybody. */
  readonly wanted?: string;
  /** The newest version that may be picked at all; absent where the registry has none. */
  readonly latest?: string;
  readonly requested: boolean;
}

/** See `PluginInstaller.outdated`. */
export async function findOutdated(
  context: InstallContext,
  signal: AbortSignal | undefined,
): Promise<readonly OutdatedPlugin[]> {
  const read = await readBaseLock(context);
  const session = await lookingSession(context, read, signal);
  const names = [...read.lock].filter(([name, { source }]) => source === registrySource(name)).map(([name]) => name);
  const wanted = names.length === 0 ? new Map<string, string>() : await wantedVersions(session, read, names);
  const rows: OutdatedPlugin[] = [];
  for (const name of names.sort()) {
    const row = await describe(session, { name, lock: read.lock, wanted: wanted?.get(name) });
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

/** A session that only looks, and so needs neither the workspace's lock nor a stage: sources are not fetched. */
async function lookingSession(
  context: InstallContext,
  { lock, project }: BaseLock,
  signal: AbortSignal | undefined,
): Promise<InstallSession> {
  const { workspace, minimumAgeMs = project?.file.minimumAgeMs } = context;
  const overrides = new Map([...(project?.file.overrides ?? []), ...context.overrides]);
  const current = await readGeneration(workspace);
  return { ...context, current, stage: workspace.stagesDir, verify: true, signal, base: lock, overrides, minimumAgeMs };
}

/** What an update would come to; undefined when there is no such thing. */
async function wantedVersions(
  session: InstallSession,
  { lock, project }: BaseLock,
  names: readonly string[],
): Promise<ReadonlyMap<string, string> | undefined> {
  const read =
    project === undefined
      ? undefined
      : { ...project, file: { ...project.file, plugins: listedPlugins(project, lock) } };
  try {
    const picked = await pickPlugins(
      session,
      await updateOf(session, { project: read }, { action: 'outdated', names }),
    );
    return new Map(picked.map(({ name, version }) => [name, version]));
  } catch (error) {
    if (error instanceof DependencyError || isGone(error)) return undefined;
    throw error;
  }
}

/** True where the registry has nothing of a name, or nothing that was asked for. */
function isGone(error: unknown): boolean {
  return isMarketplaceError(error) && (error.code === 'PLUGIN_NOT_FOUND' || error.code === 'VERSION_NOT_FOUND');
}

/** What `agentmesh.yaml` says of plugins that the lock has from the registry; sources would have to be fetched to say more. */
function listedPlugins({ file }: NonNullable<BaseLock['project']>, lock: Lock): typeof file.plugins {
  if (file.plugins === undefined) return undefined;
  return new Map([...file.plugins].filter(([name, wanted]) => lock.has(name) && wanted.kind === 'range'));
}

async function describe(
  session: InstallSession,
  { name, lock, wanted }: { readonly name: string; readonly lock: Lock; readonly wanted: string | undefined },
): Promise<OutdatedPlugin | undefined> {
  const { version: current = '', requested = false } = lock.get(name) ?? {};
  const { candidates } = await offerDependency(session, name);
  const free = candidates.filter(({ refusal, lastResort }) => refusal === undefined && lastResort === undefined);
  const latest = free
    .map(({ version }) => version)
    .sort(compareVersions)
    .at(-1);
  const isNewest = (wanted ?? current) === current && (latest === undefined || compareVersions(latest, current) <= 0);
  if (isNewest) return undefined;
  const known = latest === undefined ? {} : { latest };
  return { name, current, ...(wanted === undefined ? {} : { wanted }), ...known, requested };
}
