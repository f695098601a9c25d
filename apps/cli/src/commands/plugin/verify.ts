import { MarketplaceError } from '@agentmesh/errors';
import type { VerificationReport } from '@agentmesh/installer';
import { isPluginName } from '@agentmesh/manifest';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { assertIntact } from '../../assert-intact.js';
import { AgentmeshCommand } from '../../command.js';
import type { Composition } from '../../compose.js';
import { renderTable } from '../../render/table.js';
import { verifyFolder } from '../../verify-folder.js';

/** One plugin that `plugin verify` looked at. */
interface VerifiedRow {
  readonly name: string;
  readonly version: string;
  readonly state: string;
  readonly key_id: string | null;
}

/** `agentmesh plugin verify [NAME | DIR | FILE]` */
export default class PluginVerify extends AgentmeshCommand {
  static override summary =
    'Check every byte of installed plugins, or of a plugin folder or manifest, and who signed it.';
  static override description = 'Exits 4 when anything was tampered with, and names each file.';
  static override examples = [
    '<%= config.bin %> plugin verify',
    '<%= config.bin %> plugin verify response-length-validator',
    '<%= config.bin %> plugin verify ./my-plugin --key alice.pub.pem',
    '<%= config.bin %> plugin verify ./my-plugin/agent-plugin.yaml',
  ];
  static override args = {
    what: Args.string({ description: 'installed plugin, folder or agent-plugin.yaml (default: everything installed)' }),
  };
  static override flags = {
    key: Flags.string({
      description: 'public key that must have signed it, a PEM file (default: the trusted keys)',
      helpValue: 'FILE',
    }),
  };

  async run(): Promise<{ plugins: readonly VerifiedRow[] }> {
    const { args, flags } = await this.parse(PluginVerify);
    const composition = await this.compose();
    const plugins = (await this.#installed(composition, args.what)) ?? [
      await verifyFolder(composition, args.what ?? '.', flags.key),
    ];
    this.log(plugins.length === 0 ? 'Nothing is installed' : renderRows(plugins));
    return { plugins };
  }

  /** Undefined when `what` is a folder or file rather than the name of an installed plugin. */
  async #installed(composition: Composition, what: string | undefined): Promise<VerifiedRow[] | undefined> {
    if (what !== undefined && !isPluginName(what)) return undefined;
    const installer = await composition.installed();
    const names = (await installer.listInstalled()).map((plugin) => plugin.name);
    if (what !== undefined && !names.includes(what)) return undefined;
    const reports = await installer.verifyInstalled(what);
    assertIntact(reports);
    assertTrusted(reports);
    return reports.map((report) => ({
      name: report.name,
      version: report.version,
      state: report.manifestOnly ? 'manifest-only' : report.verification,
      key_id: report.keyId ?? null,
    }));
  }
}

function renderRows(rows: readonly VerifiedRow[]): string {
  return renderTable(
    ['NAME', 'VERSION', 'STATE', 'SIGNED BY'],
    rows.map((row) => [row.name, row.version, row.state, row.key_id ?? '-']),
  );
}

function assertTrusted(reports: readonly VerificationReport[]): void {
  const refused = reports.find((report) => report.problem !== undefined)?.problem;
  if (refused === undefined) return;
  throw new MarketplaceError(refused.message, {
    code: refused.code,
    hint: 'Uninstall it, or trust its author: agentmesh key trust --help',
  });
}
