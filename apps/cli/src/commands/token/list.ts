import * as Args from '@oclif/core/args';
import { AgentmeshCommand } from '../../command.js';
import { openTokens, type TokenRow, tokenRow } from '../../registries/open-tokens.js';
import { renderTable } from '../../render/table.js';

/** `agentmesh token list [URL]` */
export default class TokenList extends AgentmeshCommand {
  static override summary = 'List the tokens of a server, without their secrets.';
  static override description = 'It takes the token of an admin: agentmesh login.';
  static override examples = ['<%= config.bin %> token list', '<%= config.bin %> token list --json'];
  static override args = {
    url: Args.string({ description: 'the server (default: the registry that is set)' }),
  };

  async run(): Promise<{ tokens: readonly TokenRow[] }> {
    const { args } = await this.parse(TokenList);
    const client = await openTokens(args.url, await this.compose(), this.signal);
    const tokens = (await client.list().finally(() => client.close())).map(tokenRow);
    const rows = tokens.map((row) => [row.id, row.label, stateOf(row), row.scopes.join(', ')]);
    this.log(renderTable(['ID', 'LABEL', 'STATE', 'SCOPES'], rows));
    return { tokens };
  }
}

function stateOf({ revoked_at: revoked, expires_at: expires }: TokenRow): string {
  if (revoked !== null) return 'revoked';
  if (expires === null) return 'in force';
  return `${Date.parse(expires) <= Date.now() ? 'expired' : 'until'} ${expires.slice(0, 10)}`;
}
