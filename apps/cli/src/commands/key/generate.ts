import { join } from 'node:path';
import { assertPluginName } from '@agentmesh/manifest';
import * as Args from '@oclif/core/args';
import { AgentmeshCommand } from '../../command.js';
import { generateKey, publicKeyPath } from '../../signing-key.js';

/** `agentmesh key generate [NAME]` */
export default class KeyGenerate extends AgentmeshCommand {
  static override summary = 'Make a key pair that signs your plugins.';
  static override description =
    'The private key is kept in your own settings folder, readable by you alone. Hand out the public key: whoever trusts it can check that a plugin is yours.';
  static override examples = ['<%= config.bin %> key generate', '<%= config.bin %> key generate work'];
  static override args = { name: Args.string({ description: 'what to call the key', default: 'default' }) };

  async run(): Promise<{ key_id: string; private_key: string; public_key: string }> {
    const { args } = await this.parse(KeyGenerate);
    const { settings } = await this.compose();
    assertPluginName(args.name);
    const path = args.name === 'default' ? settings.keyPath : join(settings.userDir, 'keys', `${args.name}.pem`);
    const { signer } = await generateKey(path);
    this.log(`Key ${signer.keyId}\n  private  ${path}\n  public   ${publicKeyPath(path)}`);
    return { key_id: signer.keyId, private_key: path, public_key: publicKeyPath(path) };
  }
}
