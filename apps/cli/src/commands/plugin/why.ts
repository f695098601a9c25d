import { printable } from '@agentmesh/errors';
import type { Chain, PluginReason } from '@agentmesh/installer';
import * as Args from '@oclif/core/args';
import { AgentmeshCommand } from '../../command.js';

/** `agentmesh plugin why NAME` */
export default class PluginWhy extends AgentmeshCommand {
  static override summary = 'Say why a plugin is there: who asked for it, and who needs it.';
  static override examples = ['<%= config.bin %> plugin why response-length-validator'];
  static override args = { name: Args.string({ description: 'name of the plugin', required: true }) };

  async run(): Promise<PluginReason> {
    const { args } = await this.parse(PluginWhy);
    const reason = await (await (await this.compose()).offhand()).why(args.name);
    this.log(render(reason));
    return reason;
  }
}

function render({ name, version, requested, chains }: PluginReason): string {
  const head = `${name} ${printable(version)}`;
  if (chains.length === 0) return `${head}: nobody needs it any more; agentmesh plugin prune removes it`;
  const lines = chains.filter((chain) => chain.length > 1).map(renderChain);
  return [requested ? `${head} was asked for` : `${head} is there for others`, ...lines].join('\n');
}

function renderChain(chain: Chain): string {
  const links = chain.map(({ name, version, range }) => {
    const needs = range === undefined ? '' : ` (${printable(range) || 'any version'})`;
    return `${printable(name)} ${printable(version)}${needs}`;
  });
  return `  ${links.join(' → ')}`;
}
