import { resolve } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import type { InstallResult } from '@agentmesh/installer';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { ChangeCommand } from '../../changes/change-command.js';
import { type ChangeFlags, changeFlags } from '../../changes/change-flags.js';
import { renderRepaired } from '../../changes/render-repaired.js';
import type { ChangeReport } from '../../changes/report-of.js';
import type { Composition } from '../../compose.js';
import { style } from '../../render/style.js';

/** What `plugin install --json` prints: beside the change, of what was asked for first. */
interface InstallReport extends ChangeReport {
  readonly name?: string;
  readonly version?: string;
  readonly path?: string;
  readonly verification?: string;
}

type InstallFlags = ChangeFlags & {
  readonly version?: string | undefined;
  readonly frozen: boolean;
  readonly repair: boolean;
  readonly 'from-bundle'?: string | undefined;
};

/** `agentmesh plugin install [NAME | SOURCE …]` */
export default class PluginInstall extends ChangeCommand {
  static override summary = 'Install plugins and what they depend on, or all that agentmesh.lock says.';
  static override description =
    `A bare name is looked up in the registry; scheme://… fetches from that source (see source list); a path such as ./my-plugin is a folder
that you work on, copied as it is now and marked unpinned. What is installed goes into agentmesh.yaml and
agentmesh.lock; with no name, these two are restored: exactly the locked plugins, byte by byte. All or nothing: when one plugin fails, what was there stays.
Permissions that are new are asked about at a terminal; elsewhere they are refused without --allow-permissions.`;
  static override examples = [
    '<%= config.bin %> plugin install response-length-validator',
    '<%= config.bin %> plugin install response-length-validator@1.0.0 local://my-plugin',
    '<%= config.bin %> plugin install github://alice/plugins//greeter#v1.0.0',
    '<%= config.bin %> plugin install ./my-plugin',
    '<%= config.bin %> plugin install response-length-validator --version ">=1.0.0,<2.0.0" --dry-run',
    '<%= config.bin %> plugin install',
    '<%= config.bin %> plugin install --frozen --offline',
    '<%= config.bin %> plugin install --repair',
    '<%= config.bin %> plugin install --from-bundle plugins.bundle',
  ];
  static override args = {
    sources: Args.string({
      description: 'names in the registry, scheme://spec or ./path (default: what agentmesh.lock says)',
      multiple: true,
    }),
  };
  static override flags = {
    ...changeFlags,
    version: Flags.string({ char: 'v', description: 'version or range (default: the newest)', helpValue: 'VERSION' }),
    frozen: Flags.boolean({
      description: 'take agentmesh.lock as it is, or fail; select nothing',
      exclusive: ['version'],
    }),
    repair: Flags.boolean({ description: 'bring plugins whose files were changed anew, in the same version' }),
    'from-bundle': Flags.string({ description: 'install what a bundle holds, without a network', helpValue: 'FILE' }),
  };

  async run(): Promise<InstallReport | object> {
    const { args, flags } = await this.parse(PluginInstall);
    const sources = args.sources ?? [];
    checkWay(sources, flags);
    const composition = await this.compose(flags);
    if (flags.repair) return this.#repair(composition, sources);
    return this.#change(composition, sources, flags);
  }

  async #change(composition: Composition, sources: readonly string[], flags: InstallFlags): Promise<InstallReport> {
    const installer = await composition.installer();
    const options = { ...this.changeOptions(flags, composition), frozen: flags.frozen };
    const bundle = flags['from-bundle'];
    if (bundle !== undefined)
      return this.conclude(composition, await installer.installBundle(resolve(bundle), options), flags);
    if (sources.length === 0) return this.conclude(composition, await installer.restore(options), flags);
    const result = await installer.install(sources, { ...options, version: flags.version });
    const report = await this.conclude(composition, result, flags);
    this.#showReady(result, flags['dry-run']);
    const { manifest, path, verification } = result;
    return { name: manifest.name, version: manifest.version, path, verification, ...report };
  }

  #showReady({ manifest, path, plugins }: InstallResult, dryRun: boolean): void {
    if (!dryRun)
      this.log(`${style('green', 'Ready', process.stdout)} ${printable(manifest.name)} ${manifest.version} in ${path}`);
    for (const { name } of plugins.filter(({ manifestOnly }) => manifestOnly)) {
      this.caution(`${name} is listed by its manifest alone: there is nothing to run.`);
    }
  }

  async #repair(composition: Composition, [name]: readonly string[]): Promise<object> {
    const installer = await composition.installer();
    const repaired = await installer.repair(name, { signal: this.signal });
    this.log(renderRepaired(repaired));
    const failed = repaired.find(({ problem }) => problem !== undefined)?.problem;
    if (failed !== undefined) throw failed;
    return {
      repaired: repaired.map(({ name: plugin, version, from, differences }) => ({
        name: plugin,
        version,
        from,
        differences,
      })),
    };
  }
}

function checkWay(sources: readonly string[], flags: InstallFlags): void {
  const bundle = flags['from-bundle'] !== undefined;
  const ways = [flags.repair, bundle, !flags.repair && sources.length > 0].filter(Boolean);
  if (ways.length > 1) throw usage('Expected names, --from-bundle or --repair, and no two of them');
  if (flags.repair && (sources.length > 1 || flags.frozen))
    throw usage('Expected --repair with one name at most, and no --frozen');
  if (flags.frozen && sources.length > 0)
    throw usage('Expected --frozen without names: it takes what agentmesh.lock says');
  if (flags.version !== undefined && sources.length !== 1)
    throw usage('Expected --version with one name; with several write NAME@VERSION');
}

function usage(message: string): MarketplaceError {
  return new MarketplaceError(message, { code: 'USAGE', hint: 'See agentmesh plugin install --help' });
}
