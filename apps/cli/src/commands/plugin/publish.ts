import { resolve } from 'node:path';
import type { RegistryEntry } from '@agentmesh/registry';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import { keyFlag, registryFlag } from '../../flags.js';
import { formatBytes } from '../../render/bytes.js';
import { withProgress } from '../../render/progress.js';
import { type SigningKey, signingKey } from '../../signing-key.js';

/** `agentmesh plugin publish [DIR]` */
export default class PluginPublish extends AgentmeshCommand {
  static override summary = 'Sign a plugin and publish it to the registry.';
  static override description =
    'The first key that publishes a name owns it. A published version never changes: raise the version in agent-plugin.yaml to publish again.';
  static override examples = [
    '<%= config.bin %> plugin publish',
    '<%= config.bin %> plugin publish ./my-plugin --registry /srv/plugins/registry.json',
    '<%= config.bin %> plugin publish ./my-plugin --manifest-only',
  ];
  static override args = { dir: Args.string({ description: 'folder of the plugin', default: '.' }) };
  static override flags = {
    key: keyFlag,
    registry: registryFlag,
    'manifest-only': Flags.boolean({ description: 'list the manifest without any file' }),
  };

  async run(): Promise<{
    name: string;
    version: string;
    content_digest: string | null;
    integrity: string | null;
    size: number | null;
    key_id: string;
  }> {
    const { args, flags } = await this.parse(PluginPublish);
    const composition = await this.compose(flags);
    const dir = resolve(args.dir);
    const key = await signingKey(composition.settings, flags.key);
    if (key.created) this.caution(`You had no key, so one was made: ${key.path}. Keep a copy of it in a safe place.`);
    const registry = await composition.registry();
    const entry = await withProgress(`Publishing ${dir}`, () =>
      flags['manifest-only'] ? this.#list(dir, key, registry) : this.#publish(dir, key, registry),
    );
    const { manifest, artifact } = entry;
    const size = artifact === undefined ? 'manifest only' : formatBytes(artifact.size);
    this.log(
      `Published ${manifest.name} ${manifest.version} (${size})\n  signed  ${key.signer.keyId}\n  to      ${composition.settings.registryPath}`,
    );
    return {
      name: manifest.name,
      version: manifest.version,
      content_digest: manifest.content_digest ?? null,
      integrity: artifact?.integrity ?? null,
      size: artifact?.size ?? null,
      key_id: key.signer.keyId,
    };
  }

  async #publish(dir: string, key: SigningKey, registry: PluginRegistryLike): Promise<RegistryEntry> {
    const { signPlugin } = await import('@agentmesh/signing');
    await signPlugin(dir, key.signer, { signal: this.signal });
    return registry.publish(dir, { publicKey: key.signer.publicKey, signal: this.signal });
  }

  async #list(dir: string, key: SigningKey, registry: PluginRegistryLike): Promise<RegistryEntry> {
    const { loadManifest } = await import('@agentmesh/manifest');
    const manifest = key.signer.sign(await loadManifest(dir));
    return registry.register(manifest, { publicKey: key.signer.publicKey });
  }
}

type PluginRegistryLike = Pick<import('@agentmesh/registry').PluginRegistry, 'publish' | 'register'>;
