import { resolve } from 'node:path';
import type { MirrorReport } from '@agentmesh/registry-http';
import * as Args from '@oclif/core/args';
import { AgentmeshCommand } from '../../command.js';
import { registryFlag } from '../../flags.js';
import { formatCount } from '../../render/count.js';

/** `agentmesh registry mirror DIR` */
export default class RegistryMirror extends AgentmeshCommand {
  static override summary = 'Write a registry as static files that any web server can serve as a registry.';
  static override description =
    'Only what is new is written, and each file in one step: run it again to bring the mirror up to date. Name the folder, or the URL that it is served under, as a registry.';
  static override examples = [
    '<%= config.bin %> registry mirror /srv/www/plugins',
    '<%= config.bin %> registry mirror ./mirror --registry https://plugins.example.com',
    '<%= config.bin %> plugin install weather --registry ./mirror',
  ];
  static override args = { dir: Args.string({ description: 'folder of the mirror alone', required: true }) };
  static override flags = { registry: registryFlag };

  async run(): Promise<MirrorReport & { dir: string }> {
    const { args, flags } = await this.parse(RegistryMirror);
    const composition = await this.compose(flags);
    const from = await composition.openRegistry(composition.settings.registry);
    const { writeMirror } = await import('@agentmesh/registry-http');
    const dir = resolve(args.dir);
    const report = await writeMirror({
      from,
      dir,
      signal: this.signal,
      onProgress: ({ names, name }) => this.working(`Mirroring ${name} (${names} done)`),
    });
    const { names, versions, changed, removed, artifacts } = report;
    this.log(
      `Mirrored ${formatCount(names, 'name')} with ${formatCount(versions, 'version')} in ${dir}\n  names     ${changed} changed, ${removed} removed\n  archives  ${artifacts.written} written, ${artifacts.present} there already, all hashed`,
    );
    return { dir, ...report };
  }
}
