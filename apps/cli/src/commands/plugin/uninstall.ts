import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';

/** `agentmesh plugin uninstall NAME` */
export default class PluginUninstall extends AgentmeshCommand {
  static override summary = 'Remove an installed plugin.';
  static override description =
    'Refused while another installed plugin depends on it; --force removes it all the same.';
  static override examples = ['<%= config.bin %> plugin uninstall response-length-validator'];
  static override args = { name: Args.string({ description: 'name of the plugin, never a path', required: true }) };
  static override flags = { force: Flags.boolean({ description: 'also when others depend on it' }) };

  async run(): Promise<{ name: string; version: string }> {
    const { args, flags } = await this.parse(PluginUninstall);
    const installer = await (await this.compose()).installed();
    const { name, version } = await installer.uninstall(args.name, { force: flags.force, signal: this.signal });
    this.log(`Removed ${name} ${version}`);
    return { name, version };
  }
}
