import { MarketplaceError, printable } from '@agentmesh/errors';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import { Consents } from '../../consent.js';
import { renderTable } from '../../render/table.js';
import { findThirdParties } from '../../third-parties/find-third-parties.js';

/** `agentmesh source accept` */
export default class SourceAccept extends AgentmeshCommand {
  static override summary = 'Accept the resolver and shape packages that a project names, as they are now.';
  static override description =
    'Such a package runs in this program, with all that you may do. A cloned project cannot decide that: what it names counts once you accepted it, and again after each change of its files.';
  static override examples = ['<%= config.bin %> source accept', '<%= config.bin %> source accept --yes'];
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'accept without being asked' }) };

  async run(): Promise<{ accepted: readonly string[] }> {
    const { flags } = await this.parse(SourceAccept);
    const { settings } = await this.compose();
    const found = [...(await findThirdParties(settings, 'resolver')), ...(await findThirdParties(settings, 'shape'))];
    const waiting = found.filter(({ accepted }) => !accepted).map(({ pack }) => pack);
    if (waiting.length === 0) {
      this.log('Nothing to accept');
      return { accepted: [] };
    }
    this.note(
      renderTable(
        ['PACKAGE', 'VERSION', 'FOLDER'],
        waiting.map(({ name, version, folder }) => [name, version, folder]),
      ),
    );
    if (!flags.yes && !(await this.confirm('Run these packages on your machine?', '--yes'))) {
      throw new MarketplaceError('The packages were not accepted', { code: 'CONSENT_REQUIRED' });
    }
    const consents = new Consents(settings.userDir);
    for (const { content, folder } of waiting) await consents.add(content, folder);
    const accepted = waiting.map(({ name }) => name);
    this.log(`Accepted ${printable(accepted.join(', '), 1_000)}`);
    return { accepted };
  }
}
