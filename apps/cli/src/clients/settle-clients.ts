import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type SyncReport, syncClients } from '@agentmesh/activation';
import type { Finding } from '@agentmesh/errors';
import type { Composition } from '../compose.js';
import type { ClientChoice } from './client-choice.js';
import { clientFolders } from './client-folders.js';
import { type ClientRow, toClientRow } from './client-row.js';
import { type InstalledStage, readInstalled } from './read-installed.js';
import { readUserClients, writeUserClients } from './user-clients.js';

/** What {@link settleClients} takes. */
export interface SettleOptions {
  readonly choice: ClientChoice;
  readonly signal?: AbortSignal | undefined;
  /** Says what would change, and writes nothing (default false). */
  readonly dryRun?: boolean;
}

/** What stands in clients now. */
export interface SettledClients {
  /** A row for each plugin, client and scope with something in it. */
  readonly rows: readonly ClientRow[];
  /** Plugins that could not be read. */
  readonly failed: readonly { readonly plugin: string; readonly finding: Finding }[];
}

/**
 * Makes the clients of both scopes what is installed: what was brought before stays, what is new comes, what went goes. Remembers what was chosen.
 *
 * @throws MarketplaceError `CLIENT_UNKNOWN`, `LOCK_TIMEOUT`, `JOURNAL_CORRUPT`, `PROJECT_INVALID`, `SHAPE_INVALID`, `SHAPE_NOT_FOUND`
 */
export async function settleClients(composition: Composition, options: SettleOptions): Promise<SettledClients> {
  const { settings } = composition;
  const { choice, dryRun = false } = options;
  if (!dryRun) await remember(composition, choice);
  const rows: ClientRow[] = [];
  const failed = new Map<string, Finding>();
  const seen: Map<string, InstalledStage> = new Map();
  for (const scope of ['project', 'user'] as const) {
    if (choice[scope].length === 0 && !existsSync(join(clientFolders(settings, scope).journalDir, scope))) continue;
    const report = await sync(composition, { ...options, scope, seen });
    rows.push(...[...report.activated, ...report.removed].map((row) => toClientRow(row, scope)));
    for (const { plugin, finding } of report.failed) failed.set(plugin, finding);
    if (scope === 'user' && !dryRun) await noteUser(composition, choice.user, report);
  }
  return {
    rows: rows.filter(
      ({ written, removed, kept, findings }) => written.length + removed.length + kept.length + findings.length > 0,
    ),
    failed: [...failed].map(([plugin, finding]) => ({ plugin, finding })),
  };
}

interface ScopeOptions extends SettleOptions {
  readonly scope: 'project' | 'user';
  /** Plugins that were read, by name. */
  readonly seen: Map<string, InstalledStage>;
}

async function sync(composition: Composition, options: ScopeOptions): Promise<SyncReport> {
  const { choice, signal, scope, seen, dryRun = false } = options;
  const { settings } = composition;
  const ours = scope === 'user' ? new Set((await readUserClients(settings)).plugins) : undefined;
  return syncClients({
    pluginsDir: settings.pluginsDir,
    clients: choice[scope],
    scope,
    folders: clientFolders(settings, scope, signal),
    shapes: (await composition.shapes()).registry,
    dryRun,
    ...(ours === undefined ? {} : { isOurs: (name) => ours.has(name) }),
    readPlugin: async (name, dir) => {
      const known = seen.get(name) ?? (await readInstalled(composition, name, dir));
      seen.set(name, known);
      return known.plugin;
    },
  });
}

async function remember({ settings }: Composition, { chosen }: ClientChoice): Promise<void> {
  if (chosen?.scope !== 'project') return;
  const { writeProjectList } = await import('@agentmesh/installer');
  await writeProjectList(settings.workspaceDir, { key: 'clients', values: chosen.clients });
}

async function noteUser(
  { settings }: Composition,
  clients: readonly string[],
  { activated, failed }: SyncReport,
): Promise<void> {
  const plugins = [...new Set([...activated, ...failed].map(({ plugin }) => plugin))];
  await writeUserClients(settings, { clients, plugins });
}
