import { printable } from '@agentmesh/errors';
import type { PluginManifest, PluginType } from '@agentmesh/manifest';
import type { PluginRegistry } from '@agentmesh/registry';
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

  async run(): Promise<{ plugins: readonly PluginManifest[]; total: number | null }> {
    const { args, flags } = await this.parse(PluginSearch);
    const { text = '' } = args;
    const composition = await this.compose(flags);
    const { type, limit } = flags;
    const registry = await composition.registry();
    // A file is read whole anyway; a server is asked for no more than is shown.
    if (composition.settings.registry.kind !== 'file') return this.#firstOnes(registry, { text, type, limit });
    const found = (await registry.search(text)).filter((plugin) => type === undefined || plugin.plugin_type === type);
    const plugins = found.slice(0, limit);
    this.log(found.length === 0 ? `No plugin matches "${printable(text)}"` : renderFound(plugins));
    if (plugins.length < found.length) this.note(`${found.length - plugins.length} more; raise --limit to see them`);
    return { plugins, total: found.length };
  }

  async #firstOnes(
    registry: PluginRegistry,
    { text, type, limit }: { readonly text: string; readonly type: string | undefined; readonly limit: number },
  ): Promise<{ plugins: readonly PluginManifest[]; total: number | null }> {
    const plugins: PluginManifest[] = [];
    let cursor: string | undefined;
    do {
      const page = await registry.searchPage({
        text,
        limit: limit - plugins.length,
        ...(isType(type) ? { type } : {}),
        ...(cursor === undefined ? {} : { cursor }),
      });
      plugins.push(...page.items.map((entry) => entry.manifest));
      cursor = page.cursor;
    } while (cursor !== undefined && plugins.length < limit);
    this.log(plugins.length === 0 ? `No plugin matches "${printable(text)}"` : renderFound(plugins));
    if (cursor !== undefined) this.note('There are more; raise --limit to see them');
    return { plugins, total: cursor === undefined ? plugins.length : null };
  }
}

function isType(type: string | undefined): type is PluginType {
  return PLUGIN_TYPES.some((known) => known === type);
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
