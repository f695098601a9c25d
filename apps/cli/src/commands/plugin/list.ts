import { MarketplaceError } from '@agentmesh/errors';
import type { InstalledPlugin } from '@agentmesh/installer';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import { PLUGIN_TYPES, registryFlag } from '../../flags.js';
import { renderDifferences } from '../../render/differences.js';
import { renderTable } from '../../render/table.js';

/** One line of `plugin list`. */
interface PluginRow {
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly author: string;
  readonly state: string;
  readonly source: string | null;
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
    }));
  }

  async #installed(): Promise<PluginRow[]> {
    const installed = await (await (await this.compose()).installed()).listInstalled();
    const damaged = installed.filter((plugin) => !plugin.intact);
    if (damaged.length > 0) throw tampered(damaged);
    return installed.map((plugin) => ({
      ...describe(plugin.manifest),
      state: plugin.manifestOnly ? 'manifest-only' : plugin.verification,
      source: plugin.source,
    }));
  }
}

function describe(manifest: InstalledPlugin['manifest']): Pick<PluginRow, 'name' | 'version' | 'type' | 'author'> {
  return { name: manifest.name, version: manifest.version, type: manifest.plugin_type, author: manifest.author };
}

function renderRows(rows: readonly PluginRow[]): string {
  return renderTable(
    ['NAME', 'VERSION', 'TYPE', 'STATE', 'AUTHOR'],
    rows.map((row) => [row.name, row.version, row.type, row.state, row.author]),
  );
}

function tampered(damaged: readonly InstalledPlugin[]): MarketplaceError {
  const names = damaged.map((plugin) => renderDifferences(plugin.name, plugin.differences)).join('\n');
  return new MarketplaceError(`Installed plugins are not what was installed:\n${names}`, {
    code: 'TREE_TAMPERED',
    hint: `Install again to heal: ${damaged.map((plugin) => `agentmesh plugin install ${plugin.name}`).join('; ')}`,
  });
}
