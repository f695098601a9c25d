import {
  type ChangeReport,
  type ClientContext,
  type ClientFolders,
  type ClientScope,
  commitTogether,
  createInstallContext,
  getClient,
  listInClients,
  settleActivation,
} from '@agentmesh/clients';
import type { ActivatedShapes, DetectedShapes, ShapeRegistry, StagedPlugin } from '@agentmesh/shape';
import type { ActivatedPlugin } from './activation-report.js';

/** Where things are brought, and where that is written down. */
export type ActivationFolders = Omit<ClientFolders, 'scope'>;

/** What {@link activatePlugins} takes. */
export interface ActivateOptions {
  readonly plugins: readonly StagedPlugin[];
  /** Ids of the table of `@agentmesh/clients`. */
  readonly clients: readonly string[];
  readonly scope: ClientScope;
  readonly folders: ActivationFolders;
  readonly shapes: ShapeRegistry;
  /** `auto` (default) links skills to the installed folder where links work; `never` copies them. */
  readonly links?: 'auto' | 'never';
  /** Says what would stand there, and writes nothing (default false). */
  readonly dryRun?: boolean;
}

/**
 * Brings plugins into clients, all of them by one journaled change. What a plugin had there before is replaced; what stands already stays as
 * it is. Whatever cannot be brought is a finding, and stops nothing else.
 *
 * @returns a row for each plugin and client, in their order
 * @throws MarketplaceError `CLIENT_UNKNOWN`, `NAME_INVALID`, `LOCK_TIMEOUT`, `JOURNAL_CORRUPT`
 */
export async function activatePlugins(options: ActivateOptions): Promise<readonly ActivatedPlugin[]> {
  for (const client of options.clients) getClient(client);
  if (options.plugins.length === 0 || options.clients.length === 0) return [];
  const before = options.dryRun === true ? [] : await listInClients(foldersOf(options));
  const had = new Map(before.map(({ plugin, client, targets }) => [keyOf(plugin, client), targets]));
  const rows: Row[] = [];
  for (const plugin of options.plugins) {
    const detected = await options.shapes.detect(plugin);
    for (const client of options.clients) {
      options.folders.signal?.throwIfAborted();
      const known = (had.get(keyOf(plugin.name, client)) ?? []).map(({ shape }) => shape);
      rows.push(await gather(options, { plugin, client, gone: goneOf(options.shapes, detected, known) }));
    }
  }
  const reports = options.dryRun === true ? [] : await commitTogether(rows.map(({ context }) => context));
  return rows.map((row, index) => toActivated(row, reports[index]));
}

interface Row {
  readonly plugin: string;
  readonly client: string;
  readonly context: ClientContext;
  readonly gathered: ActivatedShapes;
}

async function gather(
  options: ActivateOptions,
  {
    plugin,
    client,
    gone,
  }: { readonly plugin: StagedPlugin; readonly client: string; readonly gone: readonly string[] },
): Promise<Row> {
  const { shapes, links } = options;
  const context = createInstallContext({
    ...foldersOf(options),
    client,
    plugin: plugin.name,
    pluginDir: plugin.root,
    permissions: plugin.permissions,
    ...(links === undefined ? {} : { links }),
  });
  const gathered = await shapes.activate(plugin, context.forShape);
  for (const shape of gone) context.forShape(shape);
  return { plugin: plugin.name, client, context, gathered };
}

/** Shapes that this version has no more, whose things go; where adapters failed to look, or are not here, things stay. */
function goneOf(shapes: ShapeRegistry, { shapes: has, findings }: DetectedShapes, had: readonly string[]): string[] {
  if (findings.length > 0) return [];
  return [...new Set(had)].filter((shape) => shapes.has(shape) && !has.includes(shape));
}

function toActivated({ plugin, client, gathered }: Row, report: ChangeReport | undefined): ActivatedPlugin {
  const activations =
    report === undefined
      ? gathered.activations
      : gathered.activations.map((activation) => settleActivation(activation, report));
  const known = new Set(activations.map(({ shape }) => shape));
  const others = (report?.findings ?? []).filter(({ shape }) => !known.has(shape));
  return {
    plugin,
    client,
    activations,
    removed: report?.removed ?? [],
    kept: report?.kept ?? [],
    findings: [
      ...gathered.findings,
      ...activations.flatMap(({ findings }) => findings),
      ...others.map(({ shape: _, ...finding }) => finding),
    ],
  };
}

function foldersOf({ folders, scope }: ActivateOptions): ClientFolders {
  return { ...folders, scope };
}

function keyOf(plugin: string, client: string): string {
  return `${plugin} ${client}`;
}
