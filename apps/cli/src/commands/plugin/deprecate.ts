import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import { registryFlag } from '../../flags.js';

/** `agentmesh plugin deprecate NAME VERSION` */
export default class PluginDeprecate extends AgentmeshCommand {
  static override summary =
    'Mark a version as deprecated: it still installs, with the reason shown, when nothing better fits.';
  static override examples = [
    '<%= config.bin %> plugin deprecate old-validator 1.0.0 --reason "use new-validator" --successor new-validator',
  ];
  static override args = {
    name: Args.string({ description: 'name of the plugin', required: true }),
    version: Args.string({ description: 'version', required: true }),
  };
  static override flags = {
    reason: Flags.string({ description: 'why, shown to whoever installs it', required: true }),
    successor: Flags.string({ description: 'plugin to use in its place' }),
    registry: registryFlag,
  };

  async run(): Promise<{ name: string; version: string; state: string }> {
    const { args, flags } = await this.parse(PluginDeprecate);
    const registry = await (await this.compose(flags)).registry();
    const { name, version } = args;
    await registry.deprecate(name, version, {
      reason: flags.reason,
      ...(flags.successor === undefined ? {} : { successor: flags.successor }),
    });
    this.log(`Deprecated ${name} ${version}`);
    return { name, version, state: 'deprecated' };
  }
}
