import { MarketplaceError } from '@agentmesh/errors';
import type { TrustedKey } from '@agentmesh/signing';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import { renderTable } from '../../render/table.js';
import { acceptTrustedKeys, readTrustedKeysFile } from '../../trusted-keys.js';

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
    // Read before anybody is asked: what changes meanwhile was not seen, so it is not accepted.
    const content = await readTrustedKeysFile(settings);
    const { Keyring } = await import('@agentmesh/signing');
    const keys = (await Keyring.open(settings.trustedKeysPath)).entries();
    if (keys.length > 0) this.note(renderKeys(keys));
    const question =
      content === undefined ? 'Trust no author in this project any more?' : 'Trust these authors in this project?';
    if (!flags.yes && !(await this.confirm(question, '--yes'))) {
      throw new MarketplaceError('The keys were not accepted', { code: 'CONSENT_REQUIRED' });
    }
    await acceptTrustedKeys(settings, content);
    this.log(`Accepted ${keys.length} trusted keys`);
    return { file: settings.trustedKeysPath, keys: keys.length };
  }
}

function renderKeys(keys: readonly TrustedKey[]): string {
  return renderTable(
    ['AUTHOR', 'KEY ID', 'STATE'],
    keys.map((key) => [key.author, key.keyId, key.revoked === undefined ? 'trusted' : 'revoked']),
  );
}
