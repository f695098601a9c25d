import type { PluginManifest } from '@agentmesh/manifest';
import * as Flags from '@oclif/core/flags';
import { assertIntact } from '../../assert-intact.js';
import { AgentmeshCommand } from '../../command.js';
import { PLUGIN_TYPES, registryFlag } from '../../flags.js';
import { renderTable } from '../../render/table.js';

/** One line of `plugin list`. */
interface PluginRow {
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly author: string;
  readonly state: string;
  readonly source: string | null;
  /** True for a folder under development. */
  readonly unpinned: boolean;
  /** What kinds of things it has; null for what is not installed. */
  readonly shapes: readonly string[] | null;
  /** Clients that it is in; null for what is not installed. */
  readonly clients: readonly string[] | null;
}

/** `agentmesh plugin list` */
export default class PluginList extends AgentmeshCommand {
  static override summary = 'List installed plugins, each checked byte by byte, or those in the registry.';
  static override examples = [
    '<%= config.bin %> plugin list',
    '<%= config.bin %> plugin list --type validator --json',
    '<%= config.bin %> plugin list --available --registry old-registry.json',
  ];
  static override flags = {
    type: Flags.string({ description: 'only this kind of plugin', options: [...PLUGIN_TYPES] }),
    available: Flags.boolean({ description: 'what the registry offers, newest version of each' }),
    registry: { ...registryFlag, dependsOn: ['available'] },
  };

  async run(): Promise<{ plugins: readonly PluginRow[] }> {
    const { flags } = await this.parse(PluginList);
    const rows = flags.available ? await this.#available(flags) : await this.#installed();
    const plugins = rows.filter((row) => flags.type === undefined || row.type === flags.type);
    this.log(
      plugins.length === 0 ? `No plugin ${flags.available ? 'in the registry' : 'installed'}` : renderRows(plugins),
    );
    return { plugins };
  }

  async #available(flags: { registry?: string | undefined }): Promise<PluginRow[]> {
    const registry = await (await this.compose(flags)).registry();
    const manifests = await registry.listPlugins();
    return manifests.map((manifest) => ({
      ...describe(manifest),
      state: manifest.signature === null ? 'unsigned' : 'signed',
      source: null,
      unpinned: false,
      shapes: null,
      clients: null,
    }));
  }

  async #installed(): Promise<PluginRow[]> {
    const composition = await this.compose();
    const installed = await (await composition.installed()).listInstalled();
    assertIntact(installed);
    if (installed.length === 0) return [];
    const { findUses } = await import('../../clients/find-uses.js');
    const uses = await findUses(composition, installed);
    return installed.flatMap(({ name, manifest, manifestOnly, verification, foreign, source, unpinned = false }) =>
      manifest === undefined
        ? []
        : [
            {
              ...describe(manifest),
              state: stateOf(manifestOnly, foreign === true ? 'unsigned' : verification),
              source,
              unpinned,
              ...(uses.get(name) ?? { shapes: [], clients: [] }),
            },
          ],
    );
  }
}

function stateOf(manifestOnly: boolean, verification: string): string {
  return manifestOnly ? 'manifest-only' : verification;
}

function describe(manifest: PluginManifest): Pick<PluginRow, 'name' | 'version' | 'type' | 'author'> {
  return { name: manifest.name, version: manifest.version, type: manifest.plugin_type, author: manifest.author };
}

function renderRows(rows: readonly PluginRow[]): string {
  const isInstalled = rows.some(({ shapes }) => shapes !== null);
  return renderTable(
    ['NAME', 'VERSION', 'TYPE', 'STATE', ...(isInstalled ? ['SHAPES', 'CLIENTS'] : []), 'AUTHOR'],
    rows.map((row) => [
      row.name,
      row.version,
      row.type,
      row.unpinned ? `${row.state}, unpinned` : row.state,
      ...(isInstalled ? [row.shapes?.join(', ') || '-', row.clients?.join(', ') || '-'] : []),
      row.author,
    ]),
  );
}
