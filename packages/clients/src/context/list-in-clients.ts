import { type ClientFolders, withJournal } from '../change/with-journal.js';
import type { OwnedTarget } from '../journal/owned-target.js';

/** What one plugin has in one client. */
export interface PluginInClient {
  readonly plugin: string;
  readonly client: string;
  readonly targets: readonly OwnedTarget[];
}

/**
 * Lists what plugins have in clients, from the journal, by name; what a killed process had begun is carried to its end first.
 *
 * @throws MarketplaceError `LOCK_TIMEOUT`, `JOURNAL_CORRUPT`
 */
export async function listInClients(folders: ClientFolders): Promise<PluginInClient[]> {
  return withJournal(folders, async ({ store }) => {
    const rows: PluginInClient[] = [];
    for (const plugin of (await store.listPlugins()).sort()) {
      const { clients } = await store.readPlugin(plugin);
      for (const [client, targets] of Object.entries(clients)) rows.push({ plugin, client, targets });
    }
    return rows;
  });
}
