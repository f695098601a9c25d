import { AgentmeshCommand } from '../../command.js';
import { listOwnKeys, type OwnKey } from '../../own-keys.js';
import { renderTable } from '../../render/table.js';

/** What `key list --json` prints. */
interface KeyLists {
  readonly own: readonly OwnKey[];
  readonly trusted: readonly {
    readonly author: string;
    readonly key_id: string;
    readonly state: string;
    readonly valid_from?: string;
    readonly valid_until?: string;
  }[];
}

/** `agentmesh key list` */
export default class KeyList extends AgentmeshCommand {
  static override summary = 'List your own keys and the authors whose keys this project trusts.';
  static override examples = ['<%= config.bin %> key list', '<%= config.bin %> key list --json'];

  async run(): Promise<KeyLists> {
    await this.parse(KeyList);
    const { settings } = await this.compose();
    const { Keyring } = await import('@agentmesh/signing');
    const own = await listOwnKeys(settings);
    const keyring = await Keyring.open(settings.trustedKeysPath);
    const trusted = keyring.entries().map((key) => ({
      author: key.author,
      key_id: key.keyId,
      state: key.revoked === undefined ? 'trusted' : 'revoked',
      ...(key.validFrom === undefined ? {} : { valid_from: key.validFrom.toISOString() }),
      ...(key.validUntil === undefined ? {} : { valid_until: key.validUntil.toISOString() }),
    }));
    this.log(own.length === 0 ? 'No key of your own yet: agentmesh key generate' : renderOwn(own));
    this.log(
      trusted.length === 0 ? '\nNo trusted author yet: agentmesh key trust AUTHOR --key FILE' : renderTrusted(trusted),
    );
    return { own, trusted };
  }
}

function renderOwn(own: readonly OwnKey[]): string {
  return renderTable(
    ['YOUR KEYS', 'KEY ID', 'FILE'],
    own.map((key) => [key.name, key.key_id, key.path]),
  );
}

function renderTrusted(trusted: KeyLists['trusted']): string {
  const rows = trusted.map((key) => [key.author, key.key_id, key.state, key.valid_until ?? '']);
  return `\n${renderTable(['TRUSTED AUTHOR', 'KEY ID', 'STATE', 'UNTIL'], rows)}`;
}
