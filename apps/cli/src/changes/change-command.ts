import type { ChangeOptions, ChangeResult, InstallPlan, InstallProgress, PlacedPlugin } from '@agentmesh/installer';
import { AgentmeshCommand } from '../command.js';
import type { Composition } from '../compose.js';
import { PluginProgress } from '../render/plugin-progress.js';
import type { ChangeFlags } from './change-flags.js';
import { renderPlan } from './render-plan.js';
import { renderSummary } from './render-summary.js';
import { type ChangeReport, reportOf } from './report-of.js';

/** What commands that bring plugins share: the plan, the question about permissions, a line for each plugin, the summary. */
export abstract class ChangeCommand extends AgentmeshCommand {
  #progress: PluginProgress | undefined;

  /** Options of a change that this command's user decides. */
  protected changeOptions(flags: ChangeFlags, { settings }: Composition): ChangeOptions {
    if (!flags.verify) this.caution('Signature and author are not checked (--no-verify).');
    const isAttended = !settings.unattended && !this.jsonEnabled() && process.stdin.isTTY && process.stderr.isTTY;
    return {
      verify: flags.verify,
      dryRun: flags['dry-run'],
      offline: flags.offline,
      allowPermissions: flags['allow-permissions'],
      allowDowngrade: flags['allow-downgrade'],
      allowRetag: flags['allow-retag'],
      signal: this.signal,
      onPlan: (plan) => this.#showPlan(plan, flags['dry-run']),
      ...(isAttended ? { confirm: async () => flags.yes || this.confirm('Grant what is new of this?', '--yes') } : {}),
    };
  }

  /** Shows how a change ended, and gives it as data. */
  protected conclude(result: ChangeResult, dryRun: boolean): ChangeReport {
    this.#progress?.stop();
    if (!dryRun) this.log(renderSummary(result));
    if (result.plugins.some(({ verification }) => verification === 'unverified')) {
      this.caution('Nobody vouches for it: this project trusts no author yet. See: agentmesh key trust --help');
    }
    return reportOf(result, dryRun);
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

  #showPlan(plan: InstallPlan, isAnswer: boolean): void {
    this.#progress?.stop();
    const isSame = (plugin: PlacedPlugin): boolean => plugin.change === 'kept' && plugin.permissionDiff === undefined;
    const idle = plan.removed.length === 0 && plan.plugins.every(isSame);
    if (isAnswer) this.log(renderPlan(plan));
    else if (!idle) this.note(renderPlan(plan));
  }
}
