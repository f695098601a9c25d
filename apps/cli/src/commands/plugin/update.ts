import * as Args from '@oclif/core/args';
import { ChangeCommand } from '../../changes/change-command.js';
import { changeFlags } from '../../changes/change-flags.js';
import type { ChangeReport } from '../../changes/report-of.js';

/** `agentmesh plugin update [NAME …]` */
export default class PluginUpdate extends ChangeCommand {
  static override summary =
    'Bring plugins to the newest versions that agentmesh.yaml and everybody who needs them allow.';
  static override description =
    'A version that asks for permissions which are not granted is passed over and named. What agentmesh.yaml says stays; to go beyond it, install NAME.';
  static override examples = [
    '<%= config.bin %> plugin update',
    '<%= config.bin %> plugin update response-length-validator --dry-run',
  ];
  static override args = {
    names: Args.string({ description: 'plugins to update (default: all)', multiple: true }),
  };
  static override flags = changeFlags;

  async run(): Promise<ChangeReport> {
    const { args, flags } = await this.parse(PluginUpdate);
    const composition = await this.compose(flags);
    const installer = await composition.installer();
    const result = await installer.update(args.names ?? [], this.changeOptions(flags, composition));
    return this.conclude(composition, result, flags);
  }
}
