import * as Args from '@oclif/core/args';
import { AgentmeshCommand } from '../command.js';
import { type CommandShape, completionScript, SHELLS, type Shell } from '../completion/script.js';
import { flagWords } from '../flag-words.js';

/** `agentmesh completion SHELL` */
export default class Completion extends AgentmeshCommand {
  static override summary = 'Print a completion script for your shell.';
  static override examples = [
    'source <(<%= config.bin %> completion bash)',
    '<%= config.bin %> completion zsh > "$' + '{fpath[1]}/_agentmesh"',
    '<%= config.bin %> completion fish > ~/.config/fish/completions/agentmesh.fish',
  ];
  static override args = { shell: Args.string({ description: 'your shell', required: true, options: [...SHELLS] }) };

  async run(): Promise<{ shell: string; script: string }> {
    const { args } = await this.parse(Completion);
    const { Config } = await import('@oclif/core/config');
    const config = await Config.load({ root: this.config.options.root, devPlugins: false, userPlugins: false });
    const commands: CommandShape[] = config.commands.map((command) => ({
      words: command.id.split(':'),
      summary: command.summary ?? '',
      flags: flagWords(command.flags),
    }));
    const script = completionScript(args.shell as Shell, commands); // oclif let only known shells through
    this.log(script);
    return { shell: args.shell, script };
  }
}
