import { printable } from '@agentmesh/errors';
import * as Args from '@oclif/core/args';
import { AgentmeshCommand } from '../command.js';

/** `agentmesh whoami [URL]` */
export default class Whoami extends AgentmeshCommand {
  static override summary = 'Show which token is sent to a registry on a server, and what it may do.';
  static override examples = [
    '<%= config.bin %> whoami',
    '<%= config.bin %> whoami https://plugins.example.com --json',
  ];
  static override args = {
    url: Args.string({ description: 'the server (default: the registry that is set)' }),
  };

  async run(): Promise<{
    registry: string;
    token_id: string;
    label: string;
    scopes: readonly string[];
    expires_at: string | null;
  }> {
    const { args } = await this.parse(Whoami);
    const composition = await this.compose();
    const [{ serverUrl }, { remoteOptions }, { checkToken }] = await Promise.all([
      import('../registries/server-url.js'),
      import('../registries/open-remote.js'),
      import('@agentmesh/registry-http'),
    ]);
    const url = await serverUrl(args.url, composition.settings);
    const isUsers = args.url !== undefined || composition.settings.registry.isUsers;
    const options = await remoteOptions({ location: url.href, isUsers }, composition);
    const { id, label, scopes, expiresAt } = await checkToken({ ...options, cache: undefined, signal: this.signal });
    const until = expiresAt === undefined ? '' : `, until ${printable(expiresAt, 40)}`;
    this.log(`${printable(label, 200)} on ${url.host}: ${scopes.map((one) => printable(one, 100)).join(', ')}${until}`);
    return { registry: url.href, token_id: id, label, scopes, expires_at: expiresAt ?? null };
  }
}
