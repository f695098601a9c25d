import * as Args from '@oclif/core/args';
import { AgentmeshCommand } from '../command.js';

/** What a server said of a token, as `--json` prints it. */
interface LoggedIn {
  readonly registry: string;
  readonly token_id: string;
  readonly label: string;
  readonly scopes: readonly string[];
  readonly expires_at: string | null;
}

/** `agentmesh login [URL]` */
export default class Login extends AgentmeshCommand {
  static override summary = 'Keep a token for a registry on a server.';
  static override description =
    'The token is asked for without showing it, or read from standard input; it is checked with the server and kept in your own folder, for exactly that host and port. An admin of the server makes tokens.';
  static override examples = [
    '<%= config.bin %> login https://plugins.example.com',
    '<%= config.bin %> login http://127.0.0.1:8080 < admin-token',
  ];
  static override args = {
    url: Args.string({ description: 'the server (default: the registry that is set)' }),
  };

  async run(): Promise<LoggedIn> {
    const { args } = await this.parse(Login);
    const composition = await this.compose();
    const [{ serverUrl }, { askSecret }, { keepToken }, { remoteOptions }, { checkToken }] = await Promise.all([
      import('../registries/server-url.js'),
      import('../registries/ask-secret.js'),
      import('../registries/host-tokens.js'),
      import('../registries/open-remote.js'),
      import('@agentmesh/registry-http'),
    ]);
    const url = await serverUrl(args.url, composition.settings);
    const token = await askSecret(`Token for ${url.host}: `);
    this.working(`Asking ${url.host}`);
    const options = await remoteOptions({ location: url.href, isUsers: true }, composition);
    const known = await checkToken({ ...options, token, cache: undefined, signal: this.signal });
    await keepToken(composition.settings.network.credentialsPath, url, token);
    this.log(`Logged in to ${url.host} as ${known.label} (${known.scopes.join(', ')})`);
    const { id, label, scopes, expiresAt = null } = known;
    return { registry: url.href, token_id: id, label, scopes, expires_at: expiresAt };
  }
}
