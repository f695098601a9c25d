import { join } from 'node:path';
import { type SyncOptions, type SyncReport, syncClients } from './sync-clients.js';

/** What {@link activateWorkspace} takes. */
export interface ActivateWorkspaceOptions extends Pick<SyncOptions, 'shapes' | 'readPlugin' | 'links'> {
  /** The workspace's folder: what things are brought into. */
  readonly folder: string;
  /** Folder with one folder, or link to one, a plugin (default: `.agentmesh/plugins` in `folder`). */
  readonly pluginsDir?: string;
  /** Folder of the journal (default: `.agentmesh/clients` in `folder`). */
  readonly journalDir?: string;
  /** Id of the agent that works there: a row of the table of clients. */
  readonly runtime: string;
  /** Longest wait for another process in milliseconds (default 60,000). */
  readonly lockTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Brings everything that is installed in a workspace into the agent that works there, and takes out what is installed no more. To be called when
 * a workspace starts and after each change of its plugins: it works from the journal, carries on what a killed process had begun, and changes
 * nothing where all is as it should be. One bad plugin does not stop the rest.
 *
 * @throws MarketplaceError `CLIENT_UNKNOWN`, `LOCK_TIMEOUT`, `JOURNAL_CORRUPT`; the signal's reason
 */
export async function activateWorkspace(options: ActivateWorkspaceOptions): Promise<SyncReport> {
  const { folder, runtime, shapes, readPlugin, links, lockTimeoutMs, signal } = options;
  return syncClients({
    pluginsDir: options.pluginsDir ?? join(folder, '.agentmesh/plugins'),
    clients: [runtime],
    scope: 'project',
    folders: {
      projectDir: folder,
      // Nothing of scope `user` is touched.
      homeDir: folder,
      journalDir: options.journalDir ?? join(folder, '.agentmesh/clients'),
      ...(lockTimeoutMs === undefined ? {} : { lockTimeoutMs }),
      ...(signal === undefined ? {} : { signal }),
    },
    shapes,
    readPlugin,
    ...(links === undefined ? {} : { links }),
  });
}
