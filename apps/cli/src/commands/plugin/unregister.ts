import { MarketplaceError } from '@agentmesh/errors';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import { registryFlag } from '../../flags.js';

/** `agentmesh plugin unregister NAME` */
export default class PluginUnregister extends AgentmeshCommand {
  static override summary = 'Remove a plugin, or one version of it, from the registry for good.';
  static override description = 'Others may depend on it; to only keep new installs away, yank it.';
  static override examples = [
    '<%= config.bin %> plugin unregister my-validator --version 1.2.0',
    '<%= config.bin %> plugin unregister my-validator --yes',
  ];
  static override args = { name: Args.string({ description: 'name of the plugin', required: true }) };
  static override flags = {
    version: Flags.string({ char: 'v', description: 'only this version (default: all)', helpValue: 'VERSION' }),
    yes: Flags.boolean({ char: 'y', description: 'do not ask' }),
    registry: registryFlag,
  };

  async run(): Promise<{ name: string; version: string | null }> {
    const { args, flags } = await this.parse(PluginUnregister);
    const registry = await (await this.compose(flags)).registry();
    const entry = await registry.getEntry(args.name, flags.version);
    const what =
      flags.version === undefined
        ? `every version of ${entry.manifest.name}`
        : `${entry.manifest.name} ${flags.version}`;
    if (!flags.yes && !(await this.confirm(`Remove ${what} from the registry?`, '--yes'))) {
      throw new MarketplaceError(`${what} was kept`, { code: 'CANCELLED' });
    }
    await registry.unregister(args.name, flags.version);
    this.log(`Removed ${what}`);
    return { name: args.name, version: flags.version ?? null };
  }
}
