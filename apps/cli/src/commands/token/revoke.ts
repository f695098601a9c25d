import { printable } from '@agentmesh/errors';
import * as Args from '@oclif/core/args';
import { AgentmeshCommand } from '../../command.js';
import { openTokens } from '../../registries/open-tokens.js';

/** `agentmesh token revoke ID [URL]` */
export default class TokenRevoke extends AgentmeshCommand {
  static override summary = 'End a token of a server, at once and for ever.';
  static override description = 'It takes the token of an admin, or the very token: agentmesh login.';
  static override examples = ['<%= config.bin %> token revoke 0a1b2c3d4e5f'];
  static override args = {
    id: Args.string({ description: 'id of the token, as token list shows it', required: true }),
    url: Args.string({ description: 'the server (default: the registry that is set)' }),
  };

  async run(): Promise<{ id: string; revoked: true }> {
    const { args } = await this.parse(TokenRevoke);
    const tokens = await openTokens(args.url, await this.compose(), this.signal);
    await tokens.revoke(args.id).finally(() => tokens.close());
    this.log(`Revoked ${printable(args.id)} on ${tokens.host}`);
    return { id: args.id, revoked: true };
  }
}
