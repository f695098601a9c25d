import { printable } from '@agentmesh/errors';
import type { InstallResult } from '@agentmesh/installer';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import { registryFlag } from '../../flags.js';
import { style } from '../../render/style.js';
import { renderTable } from '../../render/table.js';

/** What `plugin install --json` prints. */
interface InstallReport {
  readonly name: string;
  readonly version: string;
  readonly path: string;
  readonly verification: string;
  readonly installed: readonly InstalledRow[];
}

interface InstalledRow {
  readonly name: string;
  readonly version: string;
  readonly change: string;
  readonly source: string;
  readonly key_id: string | null;
  readonly verification: string;
}

/** `agentmesh plugin install NAME` */
export default class PluginInstall extends AgentmeshCommand {
  static override summary = 'Install a plugin and what it depends on, checked before anything is written.';
  static override description =
    'A bare name is looked up in the registry; scheme://… fetches from that source. All or nothing: when one plugin fails, what was there stays.';
  static override examples = [
    '<%= config.bin %> plugin install response-length-validator',
    '<%= config.bin %> plugin install response-length-validator --version 1.0.0',
    '<%= config.bin %> plugin install local://my-plugin',
  ];
  static override args = {
    source: Args.string({ description: 'name in the registry, or scheme://spec', required: true }),
  };
  static override flags = {
    version: Flags.string({ char: 'v', description: 'version or range (default: the newest)', helpValue: 'VERSION' }),
    verify: Flags.boolean({ description: 'check signature and author', default: true, allowNo: true }),
    registry: registryFlag,
  };

  async run(): Promise<InstallReport> {
    const { args, flags } = await this.parse(PluginInstall);
    const composition = await this.compose(flags);
    if (!flags.verify) this.caution('Signature and author are not checked (--no-verify).');
    const installer = await composition.installer();
    const { version, verify } = flags;
    const result = await installer.install(args.source, { version, verify, signal: this.signal });
    const report = reportOf(result);
    this.log(renderReport(report));
    if (report.verification === 'unverified') {
      this.caution('Nobody vouches for it: this project trusts no author yet. See: agentmesh key trust --help');
    }
    if (result.manifestOnly) this.caution('It is listed by its manifest alone: there is nothing to run.');
    return report;
  }
}

function reportOf(result: InstallResult): InstallReport {
  return {
    name: result.manifest.name,
    version: result.manifest.version,
    path: result.path,
    verification: result.verification,
    installed: result.installed.map((plugin) => ({
      name: plugin.name,
      version: plugin.version,
      change: plugin.change,
      source: plugin.source,
      key_id: plugin.keyId ?? null,
      verification: plugin.verification,
    })),
  };
}

function renderReport(report: InstallReport): string {
  const rows = report.installed.map((plugin) => [
    plugin.change,
    plugin.name,
    plugin.version,
    plugin.verification,
    plugin.source,
  ]);
  const table = renderTable(['', 'NAME', 'VERSION', 'CHECK', 'SOURCE'], rows);
  return `${table}\n${style('green', 'Ready', process.stdout)} ${printable(report.name)} ${report.version} in ${report.path}`;
}
