import { printable } from '@agentmesh/errors';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import { changeTrustedKeys } from '../../trusted-keys.js';

/** `agentmesh key revoke KEY_ID` */
export default class KeyRevoke extends AgentmeshCommand {
  static override summary = 'Revoke a trusted key: nothing that it signed installs or verifies any more.';
  static override description =
    'A signature carries no trustworthy time, so a revoked key counts for nothing, whenever it signed. The entry stays, so that it is not trusted again by mistake.';
  static override examples = ['<%= config.bin %> key revoke SHA256:… --reason "laptop stolen"'];
  static override args = { key: Args.string({ description: 'key id, as key list shows it', required: true }) };
  static override flags = { reason: Flags.string({ description: 'why, kept beside the key' }) };

  async run(): Promise<{ key_id: string; authors: readonly string[] }> {
    const { args, flags } = await this.parse(KeyRevoke);
    const { settings } = await this.compose();
    const revoked = await changeTrustedKeys(settings, (keyring) =>
      keyring.revoke(args.key, { at: new Date(), ...(flags.reason === undefined ? {} : { reason: flags.reason }) }),
    );
    const authors = revoked.map((key) => key.author);
    this.log(`Revoked ${args.key} of ${authors.map((author) => printable(author)).join(', ')}`);
    return { key_id: args.key, authors };
  }
}
