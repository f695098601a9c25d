import { resolve } from 'node:path';
import { type Finding, formatFindings } from '@agentmesh/errors';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';

const FORMATS = ['agent-plugins', 'claude'] as const;

/** `agentmesh plugin export [DIR] --to FORMAT` */
export default class PluginExport extends AgentmeshCommand {
  static override summary = 'Copy a plugin into a folder as a plugin of another format.';
  static override description =
    'The copy has the files that the format needs and no agent-plugin.yaml, whose signature would not fit any more. What the format has no place for is named.';
  static override examples = [
    '<%= config.bin %> plugin export --to agent-plugins --output ../greeter-export',
    '<%= config.bin %> plugin export ./my-plugin --to claude --output ./for-claude',
  ];
  static override args = { dir: Args.string({ description: 'folder of the plugin', default: '.' }) };
  static override flags = {
    to: Flags.option({ description: 'format of the copy', options: FORMATS, required: true })(),
    output: Flags.string({
      char: 'o',
      description: 'folder of the copy, absent or empty',
      required: true,
      helpValue: 'DIR',
    }),
  };

  async run(): Promise<{ path: string; manifest: string; findings: readonly Finding[] }> {
    const { args, flags } = await this.parse(PluginExport);
    const { exportContainer } = await import('@agentmesh/container');
    const target = resolve(flags.output);
    const { manifestPath, findings } = await exportContainer(resolve(args.dir), {
      to: flags.to,
      target,
      signal: this.signal,
    });
    this.log(`Wrote ${target}, which ${manifestPath} describes`);
    if (findings.length > 0) this.caution(`\n${formatFindings(findings)}`);
    return { path: target, manifest: manifestPath, findings };
  }
}
