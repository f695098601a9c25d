import { MarketplaceError } from '@agentmesh/errors';
import { parseSource } from '@agentmesh/resolver';
import * as Args from '@oclif/core/args';
import { ChangeCommand } from '../../changes/change-command.js';
import { changeFlags } from '../../changes/change-flags.js';
import type { ChangeReport } from '../../changes/report-of.js';
import type { Composition } from '../../compose.js';

const PATH = /^(?:\.{1,2}(?:[\\/]|$)|[\\/]|[A-Za-z]:[\\/])/;

/** `agentmesh plugin link [PATH …]` */
export default class PluginLink extends ChangeCommand {
  static override summary = 'Install plugins from folders that you work on, and bring them again after changes.';
  static override description =
    `The path goes into agentmesh.yaml and agentmesh.lock, marked unpinned. What is installed is a copy, checked like any other; with no path, all linked
plugins are brought again as they are now. To end it, uninstall the plugin.`;
  static override examples = [
    '<%= config.bin %> plugin link ./my-plugin',
    '<%= config.bin %> plugin link ../my-plugin ../other-plugin',
    '<%= config.bin %> plugin link',
  ];
  static override args = {
    paths: Args.string({ description: 'folders of plugins (default: all that are linked)', multiple: true }),
  };
  static override flags = changeFlags;

  async run(): Promise<ChangeReport> {
    const { args, flags } = await this.parse(PluginLink);
    const composition = await this.compose(flags);
    const given = (args.paths ?? []).map((path) => (PATH.test(path) ? path : `./${path}`));
    const paths = given.length > 0 ? given : await linkedPaths(composition);
    const installer = await composition.installer();
    const result = await installer.install(paths, this.changeOptions(flags, composition));
    return this.conclude(composition, result, flags);
  }
}

async function linkedPaths(composition: Composition): Promise<readonly string[]> {
  const installed = await (await composition.offhand()).listInstalled();
  const linked = installed.filter(({ unpinned }) => unpinned === true);
  if (linked.length > 0) return linked.map(({ source }) => parseSource(source).spec);
  throw new MarketplaceError('No plugin is linked here', {
    code: 'NOTHING_INSTALLED',
    hint: 'Link one: agentmesh plugin link ./my-plugin',
  });
}
