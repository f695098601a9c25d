import { resolve } from 'node:path';
import * as Args from '@oclif/core/args';
import { AgentmeshCommand } from '../../command.js';
import { keyFlag } from '../../flags.js';
import { loadOwnManifest } from '../../folder/load-own-manifest.js';
import { signingKey } from '../../signing-key.js';

/** `agentmesh plugin sign [DIR]` */
export default class PluginSign extends AgentmeshCommand {
  static override summary = 'Sign a plugin: its manifest, and through the tree digest every file.';
  static override examples = [
    '<%= config.bin %> plugin sign',
    '<%= config.bin %> plugin sign ./my-plugin --key work.pem',
  ];
  static override args = { dir: Args.string({ description: 'folder of the plugin', default: '.' }) };
  static override flags = { key: keyFlag };

  async run(): Promise<{ name: string; version: string; content_digest: string | null; key_id: string }> {
    const { args, flags } = await this.parse(PluginSign);
    const { settings } = await this.compose();
    const dir = resolve(args.dir);
    await loadOwnManifest(dir);
    const { signer } = await signingKey(settings, flags.key, (text) => this.caution(text));
    const { signPlugin } = await import('@agentmesh/signing');
    this.working(`Signing ${dir}`);
    const manifest = await signPlugin(dir, signer, { signal: this.signal });
    this.log(
      `Signed ${manifest.name} ${manifest.version}\n  digest  ${manifest.content_digest}\n  key     ${signer.keyId}`,
    );
    const { name, version, content_digest = null } = manifest;
    return { name, version, content_digest, key_id: signer.keyId };
  }
}
