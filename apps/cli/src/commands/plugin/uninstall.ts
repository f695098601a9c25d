import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { ClientCommand, type ClientsReport } from '../../clients/client-command.js';

/** `agentmesh plugin uninstall NAME` */
export default class PluginUninstall extends ClientCommand {
  static override summary = 'Remove an installed plugin.';
  static override description =
    'Refused while another installed plugin depends on it; --force removes it all the same.';
  static override examples = ['<%= config.bin %> plugin uninstall response-length-validator'];
  static override args = { name: Args.string({ description: 'name of the plugin, never a path', required: true }) };
  static override flags = { force: Flags.boolean({ description: 'also when others depend on it' }) };

  async run(): Promise<{ name: string; version: string } & ClientsReport> {
    const { args, flags } = await this.parse(PluginUninstall);
    const composition = await this.compose();
    const installer = await composition.installed();
    const { name, version } = await installer.uninstall(args.name, { force: flags.force, signal: this.signal });
    this.log(`Removed ${name} ${version}`);
    return { name, version, ...(await this.followUp(composition, { changed: [], removed: [name] })) };
  }
}
