import * as Args from '@oclif/core/args';
import { AgentmeshCommand } from '../../../command.js';
import { registryFlag } from '../../../flags.js';

/** `agentmesh plugin owner list NAME` */
export default class PluginOwnerList extends AgentmeshCommand {
  static override summary = 'List the keys that may publish versions of a name.';
  static override examples = ['<%= config.bin %> plugin owner list response-length-validator'];
  static override args = { name: Args.string({ description: 'name of the plugin', required: true }) };
  static override flags = { registry: registryFlag };

  async run(): Promise<{ name: string; owners: readonly string[] }> {
    const { args, flags } = await this.parse(PluginOwnerList);
    const registry = await (await this.compose(flags)).registry();
    const owners = (await registry.owners(args.name)).map((owner) => owner.keyId);
    this.log(owners.length === 0 ? 'Nobody owns the name: no version is signed by a known key' : owners.join('\n'));
    return { name: args.name, owners };
  }
}
