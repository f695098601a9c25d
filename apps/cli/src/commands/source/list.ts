import { AgentmeshCommand } from '../../command.js';
import { renderTable } from '../../render/table.js';

/** `agentmesh source list` */
export default class SourceList extends AgentmeshCommand {
  static override summary = 'List the schemes that plugins can be installed from.';
  static override examples = ['<%= config.bin %> source list', '<%= config.bin %> source list --json'];

  async run(): Promise<{ schemes: readonly string[] }> {
    await this.parse(SourceList);
    const schemes = (await (await this.compose()).sources()).schemes();
    this.log(
      renderTable(
        ['SCHEME', 'EXAMPLE'],
        schemes.map((scheme) => [scheme, `agentmesh plugin install ${scheme}://…`]),
      ),
    );
    return { schemes };
  }
}
