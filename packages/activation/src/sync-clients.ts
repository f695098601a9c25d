import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClientScope, listInClients, type PluginInClient } from '@agentmesh/clients';
import { type Finding, isMarketplaceError } from '@agentmesh/errors';
import { isPluginName } from '@agentmesh/manifest';
import type { ShapeRegistry, StagedPlugin } from '@agentmesh/shape';
import { type ActivationFolders, activatePlugins } from './activate-plugins.js';
import type { ActivatedPlugin } from './activation-report.js';
import { deactivatePlugins } from './deactivate-plugins.js';

/** What {@link syncClients} takes. */
export interface SyncOptions {
  /** Folder with one folder, or link to one, a plugin. */
  readonly pluginsDir: string;
  /** Ids of the clients that all of them are brought into; they are taken out of all others. */
  readonly clients: readonly string[];
  readonly scope: ClientScope;
  readonly folders: ActivationFolders;
  readonly shapes: ShapeRegistry;
  /** Verifies one plugin and gives what shapes see of it; `dir` is its folder in `pluginsDir`. */
  readonly readPlugin: (name: string, dir: string) => Promise<StagedPlugin>;
  /** Whether a plugin that is not installed here is taken out (default: every one is). Says no for what others brought to the same user. */
  readonly isOurs?: (plugin: string) => boolean;
  /** `auto` (default) links skills to the installed folder where links work; `never` copies them. */
  readonly links?: 'auto' | 'never';
  /** Says what would stand there, and writes nothing (default false). */
  readonly dryRun?: boolean;
}

/** What stands in clients after {@link syncClients}. */
export interface SyncReport {
  /** A row for each plugin that could be read, and each client. */
  readonly activated: readonly ActivatedPlugin[];
  /** A row for each plugin that was taken out of a client altogether. */
  readonly removed: readonly ActivatedPlugin[];
  /** Plugins that could not be read, by name; what they had there stays as it was. */
  readonly failed: readonly { readonly plugin: string; readonly finding: Finding }[];
}

/**
 * Makes clients what is installed: brings every plugin into them, and takes out what is installed no more. Works from the journal, so that it can be
 * done again at any time; where all is as it should be nothing changes. One bad plugin does not stop the rest.
 *
 * @throws MarketplaceError `CLIENT_UNKNOWN`, `LOCK_TIMEOUT`, `JOURNAL_CORRUPT`; the signal's reason
 */
export async function syncClients(options: SyncOptions): Promise<SyncReport> {
  const { clients, scope, folders, shapes, links, dryRun = false } = options;
  const names = await listInstalledNames(options.pluginsDir);
  const { plugins, failed } = clients.length === 0 ? { plugins: [], failed: [] } : await readAll(options, names);
  const activated = await activatePlugins({
    ...{ plugins, clients, scope, folders, shapes, dryRun },
    ...(links === undefined ? {} : { links }),
  });
  const removed: ActivatedPlugin[] = [];
  for (const { plugin, client, targets } of await listInClients({ ...folders, scope })) {
    if (!isGone(options, names, { plugin, client, targets })) continue;
    if (dryRun) removed.push({ plugin, client, activations: [], removed: targets, kept: [], findings: [] });
    else removed.push(...(await deactivatePlugins({ plugins: [plugin], clients: [client], scope, folders })));
  }
  return { activated, removed, failed };
}

function isGone(
  { clients, isOurs = () => true }: SyncOptions,
  names: readonly string[],
  { plugin, client }: PluginInClient,
): boolean {
  return isOurs(plugin) && !(names.includes(plugin) && clients.includes(client));
}

async function listInstalledNames(pluginsDir: string): Promise<readonly string[]> {
  const entries = await readdir(pluginsDir, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const folders = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
  return folders
    .map(({ name }) => name)
    .filter(isPluginName)
    .sort();
}

async function readAll(
  { readPlugin, pluginsDir, folders: { signal } }: SyncOptions,
  names: readonly string[],
): Promise<{ readonly plugins: readonly StagedPlugin[]; readonly failed: SyncReport['failed'] }> {
  const plugins: StagedPlugin[] = [];
  const failed: { plugin: string; finding: Finding }[] = [];
  for (const name of names) {
    signal?.throwIfAborted();
    try {
      plugins.push(await readPlugin(name, join(pluginsDir, name)));
    } catch (error) {
      signal?.throwIfAborted();
      failed.push({ plugin: name, finding: findingOf(error) });
    }
  }
  return { plugins, failed };
}

function findingOf(error: unknown): Finding {
  const known = isMarketplaceError(error);
  return {
    code: known ? error.code.toLowerCase().replaceAll('_', '-') : 'plugin-unreadable',
    severity: 'error',
    path: '',
    message: known ? error.message : 'The plugin could not be read',
  };
}
