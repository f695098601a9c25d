import { MarketplaceError, printable } from '@agentmesh/errors';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import { readKeyFile } from '../../read-named-file.js';
import { publicKeyPath } from '../../signing-key.js';
import { changeTrustedKeys } from '../../trusted-keys.js';

/** `agentmesh key trust AUTHOR` */
export default class KeyTrust extends AgentmeshCommand {
  static override summary = 'Trust an author: plugins signed with the key install, all others are refused.';
  static override description =
    'Once a project trusts anybody, an unsigned plugin or one of an unknown author is refused. An author may have several keys.';
  static override examples = [
    '<%= config.bin %> key trust alice@example.com --key alice.pub.pem',
    '<%= config.bin %> key trust alice@example.com --key alice.pub.pem --until 2027-12-31',
  ];
  static override args = {
    author: Args.string({ description: 'author as written in the manifest of their plugins', required: true }),
  };
  static override flags = {
    key: Flags.string({ description: 'public key of the author, a PEM file (default: your own)', helpValue: 'FILE' }),
    from: Flags.string({ description: 'first day the key counts', helpValue: 'YYYY-MM-DD' }),
    until: Flags.string({ description: 'day from which the key no longer counts', helpValue: 'YYYY-MM-DD' }),
  };

  async run(): Promise<{ author: string; key_id: string; file: string }> {
    const { args, flags } = await this.parse(KeyTrust);
    const { settings } = await this.compose();
    const key = await readKeyFile(flags.key ?? publicKeyPath(settings.keyPath));
    const validFrom = readDate(flags.from);
    const validUntil = readDate(flags.until);
    const trusted = await changeTrustedKeys(settings, (keyring) =>
      keyring.trust({
        author: args.author,
        key,
        addedAt: new Date(),
        ...(validFrom === undefined ? {} : { validFrom }),
        ...(validUntil === undefined ? {} : { validUntil }),
      }),
    );
    this.log(`Trusts ${printable(trusted.author)} with key ${trusted.keyId}`);
    return { author: trusted.author, key_id: trusted.keyId, file: settings.trustedKeysPath };
  }
}

function readDate(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new MarketplaceError(`Expected a date such as 2027-12-31, got "${printable(text)}"`, { code: 'USAGE' });
}
