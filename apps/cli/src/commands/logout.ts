import * as Args from '@oclif/core/args';
import { AgentmeshCommand } from '../command.js';

/** `agentmesh logout [URL]` */
export default class Logout extends AgentmeshCommand {
  static override summary = 'Forget the token for a registry on a server.';
  static override description =
    'The token stays valid on the server: to end it for good, have an admin revoke it (DELETE /v1/tokens/ID).';
  static override examples = ['<%= config.bin %> logout https://plugins.example.com'];
  static override args = {
    url: Args.string({ description: 'the server (default: the registry that is set)' }),
  };

  async run(): Promise<{ registry: string; forgotten: boolean }> {
    const { args } = await this.parse(Logout);
    const { settings } = await this.compose();
    const [{ serverUrl }, { forgetToken }] = await Promise.all([
      import('../registries/server-url.js'),
      import('../registries/host-tokens.js'),
    ]);
    const url = await serverUrl(args.url, settings);
    const forgotten = await forgetToken(settings.network.credentialsPath, url);
    this.log(forgotten ? `Forgot the token for ${url.host}` : `There was no token for ${url.host}`);
    return { registry: url.href, forgotten };
  }
}
