import { resolve } from 'node:path';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import { PLUGIN_TYPES } from '../../flags.js';
import { writeProject } from '../../project/write-project.js';

/** `agentmesh plugin init NAME` */
export default class PluginInit extends AgentmeshCommand {
  static override summary = 'Write the project of a new plugin: manifest, entry module, test and README.';
  static override examples = [
    '<%= config.bin %> plugin init response-length-validator --type validator',
    '<%= config.bin %> plugin init my-agent --type agent --language typescript',
  ];
  static override args = {
    name: Args.string({ description: 'name of the plugin, and of its folder', required: true }),
  };
  static override flags = {
    type: Flags.string({ description: 'kind of plugin', options: [...PLUGIN_TYPES], default: 'validator' }),
    language: Flags.string({
      description: 'language of the entry module',
      options: ['javascript', 'typescript'],
      default: 'javascript',
    }),
    author: Flags.string({
      description: 'author in the manifest (default: your setting `author`, else your user name)',
    }),
    description: Flags.string({ description: 'one line on what the plugin does' }),
  };

  async run(): Promise<{ path: string; files: readonly string[] }> {
    const { args, flags } = await this.parse(PluginInit);
    const { settings } = await this.compose();
    const path = resolve(args.name);
    const files = await writeProject(path, {
      name: args.name,
      type: flags.type,
      language: flags.language,
      author: flags.author ?? settings.author,
      description: flags.description ?? `${args.name}, a plugin for agents`,
    });
    this.log(`Wrote ${path}\n${files.map((file) => `  ${file}`).join('\n')}`);
    this.note(`\nNext: edit it, then: agentmesh plugin publish ${args.name}`);
    return { path, files };
  }
}
