import { resolve } from 'node:path';
import type { CreatedBundle } from '@agentmesh/installer';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../../command.js';
import { formatBytes } from '../../../render/bytes.js';

/** `agentmesh plugin bundle create` */
export default class PluginBundleCreate extends AgentmeshCommand {
  static override summary = 'Write all installed plugins into one file, for machines without a network.';
  static override description =
    'It holds the lock, every file, and the public keys that signed them. The same plugins give the same bytes. Install it with: plugin install --from-bundle FILE';
  static override examples = ['<%= config.bin %> plugin bundle create --output plugins.bundle'];
  static override flags = {
    output: Flags.string({ char: 'o', description: 'file to write', default: 'plugins.bundle', helpValue: 'FILE' }),
  };

  async run(): Promise<CreatedBundle> {
    const { flags } = await this.parse(PluginBundleCreate);
    const installer = await (await this.compose()).installed();
    const bundle = await installer.createBundle(resolve(flags.output), { signal: this.signal });
    this.log(`${bundle.plugins.length} plugins, ${formatBytes(bundle.bytes)}, ${bundle.integrity}\n${bundle.path}`);
    return bundle;
  }
}
