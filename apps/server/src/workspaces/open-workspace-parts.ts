import { join } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { readFileLimited } from '@agentmesh/files';
import type { PluginRegistry } from '@agentmesh/registry';
import { Keyring } from '@agentmesh/signing';
import { readFetched, scanFetched } from '../aside/install-checks.js';
import type { ServerConfig } from '../config/server-config.js';
import { openCredentialKeys } from '../credentials/credential-keys.js';
import { createSealer } from '../credentials/sealer.js';
import { wireSources } from '../sources/workspace-sources.js';
import { createEngineTarget } from '../targets/engine-target.js';
import { createFolderTarget } from '../targets/folder-target.js';
import type { WorkspaceTarget } from '../targets/workspace-target.js';
import { createSourcePolicy } from './source-policy.js';
import type { ActivateWorkspace, InstallRules, WorkspaceParts } from './workspace-deps.js';

const MAX_CA_BYTES = 4 * 1_048_576;

/**
 * Wires what the routes of workspaces work with to the configuration.
 *
 * @throws MarketplaceError `SETTINGS_INVALID`, `CREDENTIAL_KEYS_INVALID`
 */
export async function openWorkspaceParts(config: ServerConfig, registry: PluginRegistry): Promise<WorkspaceParts> {
  const { allowPrivateHosts, sourcesCa, credentialKeys, proxy } = config.install;
  const ca = sourcesCa === undefined ? {} : { ca: await readCertificates(sourcesCa) };
  const { pluginsDir } = config;
  const target = openTarget(config);
  return {
    target,
    activate: openActivation(config, target),
    sources: wireSources(config.sources, { pluginsDir, registry, allowPrivateHosts, proxy, ...ca }),
    sealer: createSealer(await openCredentialKeys(credentialKeys)),
    rules: () => readRules(config),
  };
}

/** Containers activate their plugins when they start. */
function openActivation(
  { install, workspacesDir }: ServerConfig,
  target: WorkspaceTarget,
): ActivateWorkspace | undefined {
  if (install.engine !== undefined) return undefined;
  const journalOf = (workspace: string) => join(workspacesDir, '.agentmesh', workspace, 'clients');
  return async (workspace) => {
    const { createFolderActivation } = await import('./activate-folder.js');
    return createFolderActivation({ target, journalOf })(workspace);
  };
}

function openTarget({ install, dataDir, workspacesDir, limits }: ServerConfig): WorkspaceTarget {
  const { workspaceLockTimeout: lockTimeoutMs } = limits;
  if (install.engine === undefined) return createFolderTarget({ root: workspacesDir, lockTimeoutMs });
  return createEngineTarget({
    ...install.engine,
    lockTimeoutMs,
    stateDir: join(dataDir, 'engine'),
    limits: { maxBytes: limits.pluginInstallMaxDirBytes },
  });
}

async function readRules({ install }: ServerConfig): Promise<InstallRules> {
  const { trustedKeys, pinned, allowSources } = install;
  const policy = createSourcePolicy({ pinned, allowSources });
  const trust = trustedKeys === undefined ? {} : { trustedKeys: await Keyring.open(trustedKeys) };
  return { policy, readPlugin: readFetched, scanFiles: scanFetched, ...trust };
}

async function readCertificates(path: string): Promise<string> {
  try {
    return (await readFileLimited(path, MAX_CA_BYTES)).toString('utf8');
  } catch (cause) {
    throw new MarketplaceError(`There are no certificates at ${printable(path)}`, {
      code: 'SETTINGS_INVALID',
      hint: 'The setting sources_ca names a file in PEM.',
      cause,
    });
  }
}
