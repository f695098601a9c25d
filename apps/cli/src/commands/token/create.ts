import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import { openTokens, type TokenRow, tokenRow } from '../../registries/open-tokens.js';

const DAY_MS = 86_400_000;
const MOST_DAYS = 36_500;

/** `agentmesh token create LABEL [URL]` */
export default class TokenCreate extends AgentmeshCommand {
  static override summary = 'Make a token for a server, and print it, once.';
  static override description =
    'It takes the token of an admin: agentmesh login. The new one goes to standard output and nowhere else, so that it can be kept in a file.';
  static override examples = [
    '<%= config.bin %> token create ci --scope publish > ci-token',
    '<%= config.bin %> token create team-a https://plugins.example.com --scope read --scope install:team-a --days 90',
  ];
  static override args = {
    label: Args.string({ description: 'whom or what it is for', required: true }),
    url: Args.string({ description: 'the server (default: the registry that is set)' }),
  };
  static override flags = {
    scope: Flags.string({
      description: 'read, publish, install:WORKSPACE, install:* or admin; may be given more than once',
      multiple: true,
      required: true,
    }),
    days: Flags.integer({ description: 'days until it expires (default: never)', min: 1, max: MOST_DAYS }),
  };

  async run(): Promise<TokenRow & { token: string }> {
    const { args, flags } = await this.parse(TokenCreate);
    const tokens = await openTokens(args.url, await this.compose(), this.signal);
    const { label } = args;
    const expiresAt = flags.days === undefined ? undefined : new Date(Date.now() + flags.days * DAY_MS);
    const made = await tokens.create({ label, scopes: flags.scope, expiresAt }).finally(() => tokens.close());
    this.log(made.token);
    this.note(`${tokens.host} shows it this once; to end it: agentmesh token revoke ${made.id}`);
    return { ...tokenRow(made), token: made.token };
  }
}
