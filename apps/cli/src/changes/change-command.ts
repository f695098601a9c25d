import type {
  ChangeOptions,
  ChangeResult,
  InstallPlan,
  InstallProgress,
  PlacedPlugin,
  StagedTree,
} from '@agentmesh/installer';
import { ClientCommand, type ClientsReport } from '../clients/client-command.js';
import type { ClientRow } from '../clients/client-row.js';
import type { Composition } from '../compose.js';
import { PluginProgress } from '../render/plugin-progress.js';
import type { Settings } from '../settings.js';
import type { ChangeFlags } from './change-flags.js';
import { renderPlan } from './render-plan.js';
import { renderSummary } from './render-summary.js';
import { type ChangeReport, reportOf } from './report-of.js';

/** What commands that bring plugins share: the plan, the question about permissions, a line for each plugin, the summary. */
export abstract class ChangeCommand extends ClientCommand {
  #progress: PluginProgress | undefined;
  #planned: readonly ClientRow[] = [];

  /** Options of a change that this command's user decides. */
  protected changeOptions(flags: ChangeFlags, composition: Composition): ChangeOptions {
    const { settings } = composition;
    if (!flags.verify) this.caution('Signature and author are not checked (--no-verify).');
    const isAttended = this.#isAttended(settings);
    return {
      verify: flags.verify,
      dryRun: flags['dry-run'],
      offline: flags.offline,
      allowPermissions: flags['allow-permissions'],
      allowDowngrade: flags['allow-downgrade'],
      allowRetag: flags['allow-retag'],
      signal: this.signal,
      onPlan: (plan) => this.#showPlan(plan, flags['dry-run']),
      onStaged: (plugins) => this.#showStaged(composition, flags, plugins),
      ...(isAttended ? { confirm: async () => flags.yes || this.confirm('Grant what is new of this?', '--yes') } : {}),
    };
  }

  /** Shows how a change ended, brings clients in step with it, and gives it as data. */
  protected async conclude(
    composition: Composition,
    result: ChangeResult,
    flags: ChangeFlags,
  ): Promise<ChangeReport & ClientsReport> {
    const dryRun = flags['dry-run'];
    this.#progress?.stop();
    if (!dryRun) this.log(renderSummary(result));
    if (result.plugins.some(({ verification }) => verification === 'unverified')) {
      this.caution('Nobody vouches for it: this project trusts no author yet. See: agentmesh key trust --help');
    }
    const report = reportOf(result, dryRun);
    if (dryRun) return { ...report, clients: this.#planned, shape_findings: [] };
    const changed = result.plugins.filter(({ change }) => change !== 'kept').map(({ name }) => name);
    const removed = result.removed.map(({ name }) => name);
    const ask = this.#isAttended(composition.settings);
    return { ...report, ...(await this.followUp(composition, { flags, changed, removed, ask })) };
  }

  protected override showProgress(progress: InstallProgress): void {
    if (this.jsonEnabled()) return;
    this.#progress ??= new PluginProgress(process.stderr, (line) => this.note(line));
    if (this.#progress.take(progress)) this.hideProgress();
    else super.showProgress(progress);
  }

  protected override async catch(error: Error): Promise<void> {
    this.#progress?.stop();
    await super.catch(error);
  }

  #isAttended({ unattended }: Settings): boolean {
    return !unattended && !this.jsonEnabled() && process.stdin.isTTY && process.stderr.isTTY;
  }

  /** What would get into clients, while the files are there to look at. */
  async #showStaged(composition: Composition, flags: ChangeFlags, plugins: readonly StagedTree[]): Promise<void> {
    const { planClients } = await import('../clients/plan-clients.js');
    this.#planned = await planClients(composition, flags, plugins);
    const { renderClients } = await import('../clients/render-clients.js');
    const text = renderClients(this.#planned, true);
    if (text !== '') this.log(text);
  }

  #showPlan(plan: InstallPlan, isAnswer: boolean): void {
    this.#progress?.stop();
    const isSame = (plugin: PlacedPlugin): boolean => plugin.change === 'kept' && plugin.permissionDiff === undefined;
    const idle = plan.removed.length === 0 && plan.plugins.every(isSame);
    if (isAnswer) this.log(renderPlan(plan));
    else if (!idle) this.note(renderPlan(plan));
  }
}
