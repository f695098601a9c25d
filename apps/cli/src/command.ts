import { MarketplaceError } from '@agentmesh/errors';
import type { InstallProgress } from '@agentmesh/installer';
import { Command } from '@oclif/core/command';
import type { Composition } from './compose.js';
import { ExitCode, exitCodeOf } from './exit-codes.js';
import { jsonText } from './render/json.js';
import type { Progress } from './render/progress.js';
import { style } from './render/style.js';
import type { SettingsFlags } from './settings.js';

/** What every command shares: `--json`, settings, one way to report an error, progress, and Ctrl-C as an abort. */
export abstract class AgentmeshCommand extends Command {
  static override enableJsonFlag = true;

  #abort: AbortController | undefined;
  #progress: Progress | undefined;
  #composition: Composition | undefined;

  /** Runs it; errors are shown and become the exit status. */
  async start(): Promise<void> {
    if (!this.jsonEnabled() && process.stderr.isTTY) {
      const { showProgress } = await import('./render/progress.js');
      this.#progress = showProgress(process.stderr);
    }
    await this._run();
    await this.#composition?.close();
    this.#progress?.stop();
  }

  /**
   * Aborted by the first Ctrl-C; handed to everything that waits. A command that never asks for it is ended by Ctrl-C as
   * any other program: what it changes is safe against that.
   */
  protected get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController();
      process.on('SIGINT', () => {
        if (abort.signal.aborted) process.exit(ExitCode.interrupted);
        abort.abort(interrupted());
      });
      this.#abort = abort;
    }
    return this.#abort.signal;
  }

  /** Reads the settings once and wires the packages for this run. */
  protected async compose(flags: SettingsFlags = {}): Promise<Composition> {
    const [{ compose }, { readSettings }, { default: envPaths }] = await Promise.all([
      import('./compose.js'),
      import('./settings.js'),
      import('env-paths'),
    ]);
    const { config: userDir, cache: cacheDir } = envPaths('agentmesh', { suffix: '' });
    const settings = await readSettings({ cwd: process.cwd(), env: process.env, userDir, cacheDir }, flags);
    this.#composition = compose(
      settings,
      (progress) => this.showProgress(progress),
      (problem) => this.caution(problem.message),
    );
    return this.#composition;
  }

  /** Shows a step of an install. */
  protected showProgress(progress: InstallProgress): void {
    if (progress.phase === 'waiting' && !process.stderr.isTTY) this.note(activityOf(progress));
    this.working(activityOf(progress));
  }

  /** Takes the line that names what is going on away, for a command that shows more than one. */
  protected hideProgress(): void {
    this.#progress?.stop();
  }

  /** Names what is going on, for a terminal that shows it once it takes a while. */
  protected working(activity: string): void {
    this.#progress?.update(activity);
  }

  /** Asks a yes-or-no question on the terminal; no is the default. See `confirm`. */
  protected async confirm(question: string, flag: string): Promise<boolean> {
    this.#progress?.stop();
    return (await import('./render/confirm.js')).confirm(question, flag);
  }

  /** The answer, on stdout; silent with `--json`. */
  override log(message: string): void {
    this.#progress?.clear();
    super.log(message);
  }

  /** A note for the person at the terminal, on stderr; silent with `--json`. */
  protected note(text: string): void {
    this.#progress?.clear();
    this.logToStderr(text);
  }

  /** A warning for the person at the terminal, on stderr; silent with `--json`. */
  protected caution(text: string): void {
    this.note(`${style('yellow', 'Warning')} ${text}`);
  }

  protected override async catch(error: Error): Promise<void> {
    this.#progress?.stop();
    const [{ errorBody, renderError }, { usageError }, { flagWords }] = await Promise.all([
      import('./render/error.js'),
      import('./usage-error.js'),
      import('./flag-words.js'),
    ]);
    const stopped = this.#abort?.signal.aborted === true || error.name === 'AbortError';
    const known = stopped ? interrupted() : (usageError(error, flagWords(this.ctor.flags)) ?? error);
    process.exitCode = exitCodeOf(known);
    if (this.jsonEnabled()) this.logJson(errorBody(known));
    else process.stderr.write(`${renderError(known)}\n`);
  }

  override logJson(value: unknown): void {
    this.#progress?.stop();
    process.stdout.write(`${jsonText(value, 2)}\n`);
  }
}

function activityOf({ phase, plugin = '', holder }: InstallProgress): string {
  if (phase === 'selecting') return 'Choosing versions';
  if (phase === 'waiting')
    return `Waiting for another agentmesh${holder === undefined ? ' that works here' : toldBy(holder)}`;
  return `${phase[0]?.toUpperCase()}${phase.slice(1)} ${plugin}`.trimEnd();
}

function toldBy({ pid, action, since }: NonNullable<InstallProgress['holder']>): string {
  return ` (process ${pid}: ${action}, since ${since.toISOString()})`;
}

function interrupted(): MarketplaceError {
  return new MarketplaceError('Stopped by Ctrl-C', { code: 'INTERRUPTED' });
}
