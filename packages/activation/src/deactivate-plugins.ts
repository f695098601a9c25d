import { type ClientScope, removeFromClients } from '@agentmesh/clients';
import type { ActivationFolders } from './activate-plugins.js';
import type { ActivatedPlugin } from './activation-report.js';

/** What {@link deactivatePlugins} takes. */
export interface DeactivateOptions {
  /** Names of plugins; they need not be installed any more. */
  readonly plugins: readonly string[];
  /** Default: all that they are in. */
  readonly clients?: readonly string[];
  readonly scope: ClientScope;
  readonly folders: ActivationFolders;
}

/**
 * Takes plugins out of clients: only what is ours and unchanged goes. Each row says what went, and what was kept and why.
 *
 * @throws MarketplaceError `CLIENT_UNKNOWN`, `NAME_INVALID`, `LOCK_TIMEOUT`, `JOURNAL_CORRUPT`
 */
export async function deactivatePlugins(options: DeactivateOptions): Promise<readonly ActivatedPlugin[]> {
  const { plugins, clients, scope, folders } = options;
  const rows: ActivatedPlugin[] = [];
  for (const plugin of plugins) {
    const chosen = clients === undefined ? {} : { clients };
    const reports = await removeFromClients({ ...folders, ...chosen, scope, plugin });
    for (const [client, { removed, kept, findings }] of Object.entries(reports)) {
      rows.push({ plugin, client, activations: [], removed, kept, findings });
    }
  }
  return rows;
}
