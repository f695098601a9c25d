import { printable } from '@agentmesh/errors';
import type { RegistryEntry } from '@agentmesh/registry';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import { registryFlag } from '../../flags.js';
import { formatBytes } from '../../render/bytes.js';

/** What `plugin info --json` prints. */
interface PluginInformation {
  readonly manifest: RegistryEntry['manifest'];
  readonly status: RegistryEntry['status'];
  readonly published_at: string | null;
  readonly key_id: string | null;
  readonly artifact: RegistryEntry['artifact'] | null;
  readonly versions: readonly { readonly version: string; readonly state: string }[];
  readonly owners: readonly string[];
}

/** `agentmesh plugin info NAME` */
export default class PluginInfo extends AgentmeshCommand {
  static override summary = 'Show what the registry knows about a plugin.';
  static override examples = [
    '<%= config.bin %> plugin info response-length-validator',
    '<%= config.bin %> plugin info nlp-tokenizer --version 2.0.0',
  ];
  static override args = { name: Args.string({ description: 'name of the plugin', required: true }) };
  static override flags = {
    version: Flags.string({ char: 'v', description: 'version to show (default: the newest)', helpValue: 'VERSION' }),
    registry: registryFlag,
  };

  async run(): Promise<PluginInformation> {
    const { args, flags } = await this.parse(PluginInfo);
    const registry = await (await this.compose(flags)).registry();
    const entry = await registry.getEntry(args.name, flags.version);
    const versions = await registry.versions(args.name);
    const owners = await registry.owners(args.name);
    const information: PluginInformation = {
      manifest: entry.manifest,
      status: entry.status,
      published_at: entry.publishedAt ?? null,
      key_id: entry.keyId ?? null,
      artifact: entry.artifact ?? null,
      versions: versions.map(({ manifest, status }) => ({ version: manifest.version, state: status.state })),
      owners: owners.map((owner) => owner.keyId),
    };
    this.log(renderInformation(information));
    return information;
  }
}

function renderInformation({
  manifest,
  status,
  artifact,
  versions,
  owners,
  published_at,
  key_id,
}: PluginInformation): string {
  const rows: [string, string | null | undefined][] = [
    ['type', manifest.plugin_type],
    ['author', manifest.author],
    ['status', [status.state, status.reason, status.successor && `use ${status.successor}`].filter(Boolean).join(': ')],
    ['published', published_at],
    ['signed by', key_id ?? (manifest.signature === null ? 'nobody' : 'a key this registry does not know')],
    ['files', artifact === null ? 'none, manifest only' : formatBytes(artifact?.size ?? 0)],
    ['digest', manifest.content_digest],
    ['needs', manifest.dependencies.join(', ')],
    ['can', manifest.capabilities.join(', ')],
    ['for agentmesh', manifest.min_agentmesh_version && `>=${manifest.min_agentmesh_version}`],
    ['license', manifest.license],
    ['homepage', manifest.homepage],
    [
      'versions',
      versions.map(({ version, state }) => (state === 'active' ? version : `${version} (${state})`)).join(', '),
    ],
    ['owned by', owners.join(', ')],
  ];
  const lines = rows.flatMap(([key, value]) => (value ? [`  ${key.padEnd(14)}${printable(value, 1_000)}`] : []));
  return [`${printable(manifest.name)} ${manifest.version}  ${printable(manifest.description, 1_000)}`, ...lines].join(
    '\n',
  );
}
