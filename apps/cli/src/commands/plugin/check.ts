import { resolve } from 'node:path';
import { type Finding, formatFindings } from '@agentmesh/errors';
import * as Args from '@oclif/core/args';
import { AgentmeshCommand } from '../../command.js';

/** `agentmesh plugin check [DIR]` */
export default class PluginCheck extends AgentmeshCommand {
  static override summary = 'Check what a plugin holds: its manifest, skills, servers, sub-agents, graphs.';
  static override description =
    `Everything that is wrong is named, with its file and line; plugin publish refuses the same errors. A plugin of another format is checked as it would be
installed. Exits 4 when there is an error; warnings alone are no failure.`;
  static override examples = [
    '<%= config.bin %> plugin check',
    '<%= config.bin %> plugin check ./my-plugin',
    '<%= config.bin %> plugin check ./someones-skill --json',
  ];
  static override args = { dir: Args.string({ description: 'folder of the plugin', default: '.' }) };

  async run(): Promise<{
    name: string;
    version: string;
    format: string;
    shapes: readonly string[];
    findings: readonly Finding[];
  }> {
    const { args } = await this.parse(PluginCheck);
    const dir = resolve(args.dir);
    const [composition, { readContainer }, { assertShapes, checkFolder }] = await Promise.all([
      this.compose(),
      import('@agentmesh/container'),
      import('../../folder/check-folder.js'),
    ]);
    const { kind, manifest, findings: own } = await readContainer(dir);
    const checked = await checkFolder(composition, dir, manifest);
    const findings = [...own, ...checked.findings];
    assertShapes(manifest, { ...checked, findings });
    const { name, version } = manifest;
    const shapes = checked.shapes.length === 0 ? 'nothing that a client could use' : checked.shapes.join(', ');
    this.log(`${name} ${version} (${kind}) has ${shapes}`);
    if (findings.length > 0) this.caution(`\n${formatFindings(findings)}`);
    return { name, version, format: kind, shapes: checked.shapes, findings };
  }
}
