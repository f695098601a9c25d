import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import { registryFlag } from '../../flags.js';

/** `agentmesh plugin yank NAME VERSION` */
export default class PluginYank extends AgentmeshCommand {
  static override summary = 'Withdraw a version: nothing new resolves to it, what has it keeps working.';
  static override examples = [
    '<%= config.bin %> plugin yank my-validator 1.2.0 --reason "wrong word count"',
    '<%= config.bin %> plugin yank my-validator 1.2.0 --undo',
  ];
  static override args = {
    name: Args.string({ description: 'name of the plugin', required: true }),
    version: Args.string({ description: 'version', required: true }),
  };
  static override flags = {
    reason: Flags.string({ description: 'why, shown to whoever asks for it', default: 'withdrawn by its publisher' }),
    undo: Flags.boolean({ description: 'make a yanked or deprecated version active again' }),
    registry: registryFlag,
  };

  async run(): Promise<{ name: string; version: string; state: string }> {
    const { args, flags } = await this.parse(PluginYank);
    const registry = await (await this.compose(flags)).registry();
    const { name, version } = args;
    if (flags.undo) await registry.restore(name, version);
    else await registry.yank(name, version, { reason: flags.reason });
    const state = flags.undo ? 'active' : 'yanked';
    this.log(`${name} ${version} is ${state}`);
    return { name, version, state };
  }
}
