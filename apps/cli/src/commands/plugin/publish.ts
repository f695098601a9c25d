import { resolve } from 'node:path';
import { formatFindings } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';
import type { PluginRegistry, RegistryEntry } from '@agentmesh/registry';
import type { PluginSigner } from '@agentmesh/signing';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import type { Composition } from '../../compose.js';
import { keyFlag, registryFlag } from '../../flags.js';
import { assertShapes, checkFolder } from '../../folder/check-folder.js';
import { loadOwnManifest } from '../../folder/load-own-manifest.js';
import { formatBytes } from '../../render/bytes.js';
import { signingKey } from '../../signing-key.js';

/** `agentmesh plugin publish [DIR]` */
export default class PluginPublish extends AgentmeshCommand {
  static override summary = 'Sign a plugin and publish it to the registry.';
  static override description =
    'The first key that publishes a name owns it. A published version never changes: raise the version in agent-plugin.yaml to publish again.';
  static override examples = [
    '<%= config.bin %> plugin publish',
    '<%= config.bin %> plugin publish ./my-plugin --registry /srv/plugins/registry.json',
    '<%= config.bin %> plugin publish ./my-plugin --registry https://plugins.example.com',
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
    const listed = await loadOwnManifest(dir);
    if (!flags['manifest-only']) await this.#check(composition, dir, listed);
    const { signer } = await signingKey(composition.settings, flags.key, (text) => this.caution(text));
    const registry = await composition.registry();
    this.working(`Publishing ${dir}`);
    const entry = flags['manifest-only']
      ? await registry.register(signer.sign(listed), { publicKey: signer.publicKey })
      : await this.#publish(dir, signer, registry);
    const { manifest, artifact } = entry;
    const size = artifact === undefined ? 'manifest only' : formatBytes(artifact.size);
    this.log(
      `Published ${manifest.name} ${manifest.version} (${size})\n  signed  ${signer.keyId}\n  to      ${composition.settings.registry.shown}`,
    );
    return {
      name: manifest.name,
      version: manifest.version,
      content_digest: manifest.content_digest ?? null,
      integrity: artifact?.integrity ?? null,
      size: artifact?.size ?? null,
      key_id: signer.keyId,
    };
  }

  async #check(composition: Composition, dir: string, manifest: PluginManifest): Promise<void> {
    const checked = await checkFolder(composition, dir, manifest);
    assertShapes(manifest, checked);
    if (checked.findings.length > 0) this.caution(`\n${formatFindings(checked.findings)}`);
  }

  async #publish(dir: string, signer: PluginSigner, registry: PluginRegistry): Promise<RegistryEntry> {
    const { signPlugin } = await import('@agentmesh/signing');
    await signPlugin(dir, signer, { signal: this.signal });
    return registry.publish(dir, { publicKey: signer.publicKey, signal: this.signal });
  }
}
