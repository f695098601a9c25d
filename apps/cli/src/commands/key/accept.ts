import { MarketplaceError } from '@agentmesh/errors';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import { confirm } from '../../render/confirm.js';
import { renderTable } from '../../render/table.js';
import { acceptTrustedKeys } from '../../trusted-keys.js';

/** `agentmesh key accept` */
export default class KeyAccept extends AgentmeshCommand {
  static override summary = 'Accept the trusted keys that a project brings along, as they are now.';
  static override description =
    'A cloned project cannot decide whom you trust. Its trusted-keys.yaml counts once you accepted it, and again after each change by others.';
  static override examples = ['<%= config.bin %> key accept', '<%= config.bin %> key accept --yes'];
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'accept without being asked' }) };

  async run(): Promise<{ file: string; keys: number }> {
    const { flags } = await this.parse(KeyAccept);
    const { settings } = await this.compose();
    const { Keyring } = await import('@agentmesh/signing');
    const keys = (await Keyring.open(settings.trustedKeysPath)).entries();
    this.note(
      renderTable(
        ['AUTHOR', 'KEY ID'],
        keys.map((key) => [key.author, key.keyId]),
      ),
    );
    if (!flags.yes && !(await confirm('Trust these authors in this project?', '--yes'))) {
      throw new MarketplaceError('The keys were not accepted', { code: 'CONSENT_REQUIRED' });
    }
    await acceptTrustedKeys(settings);
    this.log(`Accepted ${keys.length} trusted keys`);
    return { file: settings.trustedKeysPath, keys: keys.length };
  }
}
