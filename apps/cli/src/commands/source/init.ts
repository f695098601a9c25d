import { resolve } from 'node:path';
import * as Args from '@oclif/core/args';
import { AgentmeshCommand } from '../../command.js';
import { resolverPackageName, writeResolverProject } from '../../resolver-project/write-resolver-project.js';

/** `agentmesh source init SCHEME` */
export default class SourceInit extends AgentmeshCommand {
  static override summary =
    'Write a package that brings a scheme of your own: a resolver that works, with the contract suite as its test.';
  static override examples = ['<%= config.bin %> source init s3'];
  static override args = {
    scheme: Args.string({ description: 'the scheme, which names the package and its folder', required: true }),
  };

  async run(): Promise<{ path: string; package: string; files: readonly string[] }> {
    const { args } = await this.parse(SourceInit);
    const path = resolve(resolverPackageName(args.scheme));
    const { packageName, files } = await writeResolverProject(path, args.scheme);
    this.log(`Wrote ${path}\n${files.map((file) => `  ${file}`).join('\n')}`);
    this.note(`\nNext: cd ${packageName} && npm install && npm test`);
    return { path, package: packageName, files };
  }
}
