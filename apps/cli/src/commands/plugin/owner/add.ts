import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../../command.js';
import { keyFlag, registryFlag } from '../../../flags.js';
import { readKeyFile } from '../../../read-named-file.js';
import { signingKey } from '../../../signing-key.js';

/** `agentmesh plugin owner add NAME --owner FILE` */
export default class PluginOwnerAdd extends AgentmeshCommand {
  static override summary = 'Let another key publish versions of a name that yours owns.';
  static override examples = ['<%= config.bin %> plugin owner add response-length-validator --owner bob.pub.pem'];
  static override args = { name: Args.string({ description: 'name of the plugin', required: true }) };
  static override flags = {
    owner: Flags.string({ description: 'public key to add, a PEM file', helpValue: 'FILE', required: true }),
    key: keyFlag,
    registry: registryFlag,
  };

  async run(): Promise<{ name: string; owners: readonly string[] }> {
    const { args, flags } = await this.parse(PluginOwnerAdd);
    const composition = await this.compose(flags);
    const publicKey = await readKeyFile(flags.owner);
    const { signer } = await signingKey(composition.settings, flags.key, (text) => this.caution(text));
    const registry = await composition.registry();
    const { signOwnerGrant } = await import('@agentmesh/registry');
    await registry.addOwner(args.name, publicKey, signOwnerGrant(args.name, publicKey, signer));
    const owners = (await registry.owners(args.name)).map((owner) => owner.keyId);
    this.log(`Owners of ${args.name}\n${owners.map((owner) => `  ${owner}`).join('\n')}`);
    return { name: args.name, owners };
  }
}
