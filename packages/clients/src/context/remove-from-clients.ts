import { assertPluginName } from '@agentmesh/manifest';
import { applyChanges } from '../change/apply-changes.js';
import type { ChangeReport } from '../change/change.js';
import { type ClientFolders, withJournal } from '../change/with-journal.js';
import { getClient } from '../table/get-client.js';

/** What {@link removeFromClients} takes away. */
export interface RemoveOptions extends ClientFolders {
  readonly plugin: string;
  /** Ids of rows of the table (default: all that the plugin is in). */
  readonly clients?: readonly string[];
  /** Default: all. */
  readonly shapes?: readonly string[];
}

/**
 * Takes away what a plugin has in clients: only what is ours and unchanged. Answers by client what went, and what was kept and why.
 *
 * @throws MarketplaceError `CLIENT_UNKNOWN`, `NAME_INVALID`, `LOCK_TIMEOUT`, `JOURNAL_CORRUPT`
 */
export async function removeFromClients(options: RemoveOptions): Promise<Readonly<Record<string, ChangeReport>>> {
  const { plugin } = options;
  assertPluginName(plugin);
  return withJournal(options, async (scene) => {
    const { clients } = await scene.store.readPlugin(plugin);
    const ids = options.clients ?? Object.keys(clients);
    const changes = ids.map((id) => {
      const shapes = options.shapes ?? [...new Set((clients[id] ?? []).map(({ shape }) => shape))];
      return { plugin, client: getClient(id), shapes, wanted: [] };
    });
    const reports = await applyChanges(scene, changes);
    return Object.fromEntries(reports.map((report, index) => [ids[index], report]));
  });
}
