import { MarketplaceError } from '@agentmesh/errors';
import type { CopyReport } from '@agentmesh/registry';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import { formatBytes } from '../../render/bytes.js';
import { formatCount } from '../../render/count.js';

/** `agentmesh registry copy FROM TO` */
export default class RegistryCopy extends AgentmeshCommand {
  static override summary = 'Copy a registry into another one, verified: versions, status, owners and archives.';
  static override description =
    'Every archive is hashed, every signature verified whose key the registry knows, and what was written is read again. A copy that was stopped goes on when it is started again. The keys that own a name in the one own it in the other then: copy from what you trust.';
  static override examples = [
    '<%= config.bin %> registry copy .agentmesh/registry.json sqlite:/srv/agentmesh/agentmesh.db',
    '<%= config.bin %> registry copy sqlite:/srv/agentmesh/agentmesh.db postgres://agentmesh@db.example.com/plugins --to-artifacts oci://registry.example.com/agentmesh/archives',
    '<%= config.bin %> registry copy https://plugins.example.com ./registry.json --json',
  ];
  static override args = {
    from: Args.string({ description: 'file, folder of a mirror, sqlite:…, postgres://… or https://…', required: true }),
    to: Args.string({ description: 'file, sqlite:… or postgres://…', required: true }),
  };
  static override flags = {
    'from-artifacts': Flags.string({ description: 'where its archives are: a folder or oci://…', helpValue: 'PLACE' }),
    'to-artifacts': Flags.string({ description: 'where archives go: a folder or oci://…', helpValue: 'PLACE' }),
  };

  async run(): Promise<CopyReport> {
    const { args, flags } = await this.parse(RegistryCopy);
    const composition = await this.compose();
    const [{ parseRegistryPlace }, { copyRegistry }] = await Promise.all([
      import('../../registries/registry-place.js'),
      import('@agentmesh/registry'),
    ]);
    const base = composition.settings.workspaceDir;
    const place = (text: string, artifacts: string | undefined) =>
      parseRegistryPlace(text, { base, isUsers: true, artifacts });
    const target = place(args.to, flags['to-artifacts']);
    if (target.kind === 'http') throw overHttp();
    const from = await composition.openRegistry(place(args.from, flags['from-artifacts']));
    const to = await composition.openRegistry(target);
    const report = await copyRegistry({
      from,
      to,
      signal: this.signal,
      onProgress: ({ names, name }) => this.working(`Copying ${name} (${names} done)`),
    });
    if (!report.complete) {
      this.caution('That registry does not list names whose versions are all yanked: they may be missing.');
    }
    this.log(renderReport(report));
    return report;
  }
}

function renderReport({ names, versions, changed, owners, artifacts, signatures }: CopyReport): string {
  return [
    `Copied ${formatCount(names, 'name')} with ${formatCount(versions, 'version')} (${changed} new or changed) and ${formatCount(owners, 'owner')}`,
    `  archives    ${artifacts.copied} copied, ${artifacts.present} there already, ${formatBytes(artifacts.bytes)}, all hashed`,
    `  signatures  ${signatures.verified} verified, ${signatures.unverifiable} of unknown keys, ${signatures.unsigned} unsigned`,
  ].join('\n');
}

function overHttp(): MarketplaceError {
  return new MarketplaceError('A registry is not copied to a server over HTTP', {
    code: 'REGISTRY_READ_ONLY',
    hint: 'Copy to its database where it runs, or publish the plugins one by one.',
  });
}
