import { packTree } from '@agentmesh/artifact';
import { MarketplaceError } from '@agentmesh/errors';
import { type InspectedSource, inspectSource } from '@agentmesh/installer';
import { createWorkspaceCredentials } from '../credentials/workspace-credentials.js';
import type { InstallOrder } from './read-order.js';
import type { WorkspaceDeps } from './workspace-deps.js';

/** One fetch for a workspace. */
export interface PluginFetch {
  readonly workspace: string;
  readonly order: InstallOrder;
  /** An empty folder. */
  readonly stage: string;
  readonly signal: AbortSignal;
  /** Told of each host that was shown a credential of the workspace. */
  readonly onCredentialUse: (host: string) => Promise<void>;
}

/**
 * Fetches a plugin for a workspace, with its credentials, and checks it as every install does.
 *
 * @throws MarketplaceError what `inspectSource` throws; `INTEGRITY_MISMATCH`
 */
export async function fetchPlugin(deps: WorkspaceDeps, fetch: PluginFetch): Promise<InspectedSource> {
  const { order, workspace, stage, signal } = fetch;
  const { limits } = deps.config;
  const { sources, sealer, rules } = deps.workspaces;
  const rows = deps.database.credentials;
  const onUse = async (host: string): Promise<void> => {
    await rows.touch({ workspace, host, scheme: 'https', at: deps.now().toISOString() });
    await fetch.onCredentialUse(host);
  };
  const credentials = createWorkspaceCredentials({ workspace, rows, sealer, onUse });
  const inspected = await inspectSource(order.source, {
    ...(await rules()),
    stage,
    signal,
    sources: sources.open(credentials),
    limits: { fetchTimeoutMs: limits.pluginInstallFetchTimeout, maxBytes: limits.pluginInstallMaxDirBytes },
    now: deps.now,
  });
  await checkIntegrity(inspected, order.integrity, signal);
  return inspected;
}

async function checkIntegrity(
  { digest, dir }: InspectedSource,
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (wanted === undefined) return;
  const got = wanted.startsWith('h1:') ? digest : (await packTree(dir, { view: 'installed', signal })).integrity;
  if (got === wanted) return;
  throw new MarketplaceError(`Expected a plugin of ${wanted}, got one of ${got}`, {
    code: 'INTEGRITY_MISMATCH',
    hint: 'The source has other files than were asked for. Look at what changed before you take them.',
  });
}
