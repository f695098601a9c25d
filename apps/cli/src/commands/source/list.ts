import { AgentmeshCommand } from '../../command.js';
import { renderTable } from '../../render/table.js';

/** One scheme, as `--json` prints it. */
interface SourceRow {
  /** Null for a package that was not accepted yet, so that it was not run. */
  readonly scheme: string | null;
  readonly package: string;
  readonly from: string;
  readonly spec: string | null;
  readonly pinned: string | null;
  readonly accepted: boolean;
}

/** `agentmesh source list` */
export default class SourceList extends AgentmeshCommand {
  static override summary = 'List the schemes that plugins can be installed from, and where each comes from.';
  static override examples = ['<%= config.bin %> source list', '<%= config.bin %> source list --json'];

  async run(): Promise<{ schemes: readonly string[]; sources: readonly SourceRow[] }> {
    await this.parse(SourceList);
    const rows = await (await (await this.compose()).sources()).list();
    this.log(
      renderTable(
        ['SCHEME', 'FROM', 'PINNED BY', 'EXAMPLE'],
        rows.map(({ scheme = '-', from, package: name, pinned = '-', example }) => [
          scheme,
          from === 'built in' ? from : `${from}: ${name}`,
          pinned,
          example ?? (scheme === '-' ? '' : `${scheme}://…`),
        ]),
      ),
    );
    const waiting = rows.filter(({ accepted }) => !accepted);
    for (const { package: name } of waiting) {
      this.caution(`${name} is named by this project and was not accepted. Look at it, then: agentmesh source accept`);
    }
    const sources = rows.map(({ scheme = null, package: name, from, spec = null, pinned = null, accepted }) => ({
      ...{ scheme, package: name, from, spec, pinned, accepted },
    }));
    return { schemes: sources.flatMap(({ scheme }) => scheme ?? []).sort(), sources };
  }
}
