import { printable } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import { PLUGIN_TYPES, registryFlag } from '../../flags.js';
import { renderTable } from '../../render/table.js';

/** `agentmesh plugin search TEXT` */
export default class PluginSearch extends AgentmeshCommand {
  static override summary = 'Find plugins in the registry by name or description.';
  static override examples = [
    '<%= config.bin %> plugin search length',
    '<%= config.bin %> plugin search "" --type agent --json',
  ];
  static override args = {
    text: Args.string({ description: 'part of a name or description; empty for all' }),
  };
  static override flags = {
    type: Flags.string({ description: 'only this kind of plugin', options: [...PLUGIN_TYPES] }),
    limit: Flags.integer({ description: 'show at most this many', default: 50, min: 1, max: 10_000 }),
    registry: registryFlag,
  };

  async run(): Promise<{ plugins: readonly PluginManifest[]; total: number }> {
    const { args, flags } = await this.parse(PluginSearch);
    const { text = '' } = args;
    const registry = await (await this.compose(flags)).registry();
    const found = (await registry.search(text)).filter(
      (plugin) => flags.type === undefined || plugin.plugin_type === flags.type,
    );
    const plugins = found.slice(0, flags.limit);
    this.log(found.length === 0 ? `No plugin matches "${printable(text)}"` : renderFound(plugins));
    if (plugins.length < found.length) this.note(`${found.length - plugins.length} more; raise --limit to see them`);
    return { plugins, total: found.length };
  }
}

function renderFound(plugins: readonly PluginManifest[]): string {
  const rows = plugins.map((plugin) => [
    plugin.name,
    plugin.version,
    plugin.plugin_type,
    plugin.author,
    plugin.description,
  ]);
  return renderTable(['NAME', 'VERSION', 'TYPE', 'AUTHOR', 'DESCRIPTION'], rows);
}
