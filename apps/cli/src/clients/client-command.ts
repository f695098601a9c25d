import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, printable } from '@agentmesh/errors';
import { AgentmeshCommand } from '../command.js';
import type { Composition } from '../compose.js';
import { style } from '../render/style.js';
import type { PluginFindings } from './check-installed.js';
import type { ClientChoice } from './client-choice.js';
import type { ClientFlags } from './client-flags.js';
import type { ClientRow } from './client-row.js';
import { userClientsPath } from './user-clients.js';

/** What a command hands over when plugins have changed. */
export interface AfterChange {
  readonly flags?: ClientFlags;
  /** Names of the plugins that are new or have other files. */
  readonly changed: readonly string[];
  /** Names of the plugins that went. */
  readonly removed?: readonly string[];
  /** Whether a person may be asked which clients are meant (default false). */
  readonly ask?: boolean;
}

/** What clients have after a change, as `--json` prints it. */
export interface ClientsReport {
  readonly clients: readonly ClientRow[];
  /** What is wrong with the files of plugins that are new. */
  readonly shape_findings: readonly (Finding & { readonly plugin: string })[];
}

const SHOWN = 20;

/** What commands share after which clients have to be brought in step with what is installed. */
export abstract class ClientCommand extends AgentmeshCommand {
  /** Brings it into clients, takes out what went, and says what was left and why. */
  protected async followUp(composition: Composition, change: AfterChange): Promise<ClientsReport> {
    const { flags = {}, changed, removed = [] } = change;
    if (isIdle(composition, change)) return { clients: [], shape_findings: [] };
    const [{ checkInstalled }, { chooseClients }, { settleClients }, { renderClients }] = await Promise.all([
      import('./check-installed.js'),
      import('./client-choice.js'),
      import('./settle-clients.js'),
      import('./render-clients.js'),
    ]);
    const checked = await checkInstalled(composition, changed);
    const choice = await this.#ask(await chooseClients(composition.settings, flags), checked, change.ask === true);
    const { rows, failed } = await settleClients(composition, { choice, signal: this.signal });
    const concerned = new Set([...changed, ...removed]);
    const shown = rows.filter(
      ({ plugin, removed: gone, kept }) => concerned.has(plugin) || gone.length + kept.length > 0,
    );
    const text = renderClients(shown, false);
    if (text !== '') this.log(text);
    this.tellFindings(shown, failed, checked);
    if (checked.length + shown.length > 0) this.tellWaiting((await composition.shapes()).waiting);
    const shape_findings = checked.flatMap(({ plugin, findings }) => findings.map((one) => ({ ...one, plugin })));
    return { clients: rows, shape_findings };
  }

  async #ask(choice: ClientChoice, checked: readonly PluginFindings[], isAttended: boolean): Promise<ClientChoice> {
    const { concernsClients } = await import('./check-installed.js');
    const concerned = checked.some(({ shapes }) => concernsClients(shapes));
    if (!isAttended || !concerned || choice.detected.length === 0) return choice;
    const yes = await this.confirm(`Bring this into ${choice.detected.join(', ')}, here in this project?`, '--client');
    const clients = yes ? choice.detected : [];
    return { ...choice, project: clients, chosen: { scope: 'project', clients } };
  }

  /** Warns of what was left out of clients, and of plugins that are in none for being unreadable. */
  protected tellFindings(
    rows: readonly ClientRow[],
    failed: readonly { readonly plugin: string; readonly finding: Finding }[],
    checked: readonly PluginFindings[] = [],
  ): void {
    const lines = new Map<string, string>();
    const add = (who: string, plugin: string, one: Finding): void => {
      const line = toLine(one);
      if (!lines.has(`${plugin}${line}`)) lines.set(`${plugin}${line}`, `${who}${line}`);
    };
    for (const { plugin, findings } of checked) for (const one of findings) add(plugin, plugin, one);
    for (const { plugin, client, findings } of rows)
      for (const one of findings) add(`${plugin} in ${client}`, plugin, one);
    for (const { plugin, finding } of failed) add(`${plugin}, which is in no client`, plugin, finding);
    for (const line of [...lines.values()].slice(0, SHOWN)) this.caution(line);
    if (lines.size > SHOWN)
      this.caution(`and ${lines.size - SHOWN} more; all of them: agentmesh plugin activate --json`);
  }

  /** Names the packages that were not run for want of consent. */
  protected tellWaiting(waiting: readonly string[]): void {
    for (const name of waiting) {
      this.caution(`${name} is named by this project and was not accepted. Look at it, then: agentmesh source accept`);
    }
  }
}

/** True where there is nothing to look at: nobody chose a client, and nothing was ever brought into one. */
function isIdle({ settings }: Composition, { flags = {}, changed }: AfterChange): boolean {
  const asked = flags.client !== undefined || flags.scope !== undefined || (settings.clients ?? []).length > 0;
  const known = [join(settings.home, 'clients/project'), userClientsPath(settings)];
  return changed.length === 0 && !asked && !known.some((path) => existsSync(path));
}

function toLine({ code, path, line, message }: Finding): string {
  const at = path === '' ? '' : ` ${printable(path, 500)}${line === undefined ? '' : `:${line}`}`;
  return `${at}: ${printable(message, 500)} (${style('bold', printable(code), process.stderr)})`;
}
