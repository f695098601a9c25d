import { printable } from '@agentmesh/errors';
import type { PluginNode, PluginTree as Tree } from '@agentmesh/installer';
import { AgentmeshCommand } from '../../command.js';

/** `agentmesh plugin tree` */
export default class PluginTree extends AgentmeshCommand {
  static override summary = 'Show what needs what.';
  static override description = 'A plugin that was shown before is marked (*), and what it needs is not shown again.';
  static override examples = ['<%= config.bin %> plugin tree', '<%= config.bin %> plugin tree --json'];

  async run(): Promise<Tree> {
    await this.parse(PluginTree);
    const tree = await (await (await this.compose()).offhand()).tree();
    this.log(render(tree));
    return tree;
  }
}

function render({ requested, unneeded }: Tree): string {
  const lines = requested.flatMap((node) => renderNode(node));
  const left = unneeded.length === 0 ? [] : ['Nobody needs:', ...unneeded.flatMap((node) => renderNode(node, '  '))];
  return lines.length + left.length === 0 ? 'No plugin installed' : [...lines, ...left].join('\n');
}

function renderNode(node: PluginNode, indent = ''): readonly string[] {
  const lines = node.needs.flatMap((need, at) => {
    const isLast = at === node.needs.length - 1;
    const [first = '', ...rest] = renderNode(need);
    return [
      `${indent}${isLast ? '└─' : '├─'} ${first}`,
      ...rest.map((line) => `${indent}${isLast ? '   ' : '│  '}${line}`),
    ];
  });
  return [`${indent}${label(node)}`, ...lines];
}

function label({ name, version, range, repeated }: PluginNode): string {
  const needs = range === undefined || range === '' ? '' : ` (${printable(range)})`;
  return `${printable(name)} ${version === undefined ? 'is missing' : printable(version)}${needs}${repeated ? ' (*)' : ''}`;
}
