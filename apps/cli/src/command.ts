import { MarketplaceError } from '@agentmesh/errors';
import { Command } from '@oclif/core/command';
import type { Composition } from './compose.js';
import { ExitCode, exitCodeOf } from './exit-codes.js';
import { errorBody, renderError } from './render/error.js';
import { style } from './render/style.js';

/** C1 controls and separators, which JSON leaves as they are and terminals may obey. */
const UNSAFE_IN_JSON = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** What every command shares: `--json`, settings, one way to report an error, and Ctrl-C as an abort. */
export abstract class AgentmeshCommand extends Command {
  static override enableJsonFlag = true;

  readonly #abort = new AbortController();

  /** Runs it; errors are shown and become the exit status. */
  async start(): Promise<void> {
    await this._run();
  }

  /** Aborted by Ctrl-C; handed to everything that waits. */
  protected get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Reads the settings once and wires the packages for this run. */
  protected async compose(flags: { registry?: string | undefined } = {}): Promise<Composition> {
    process.once('SIGINT', () => this.#abort.abort(interrupted()));
    const [{ compose }, { readSettings }, { default: envPaths }] = await Promise.all([
      import('./compose.js'),
      import('./settings.js'),
      import('env-paths'),
    ]);
    const userDir = envPaths('agentmesh', { suffix: '' }).config;
    return compose(await readSettings({ cwd: process.cwd(), env: process.env, userDir }, flags), this.signal);
  }

  /** A note for the person at the terminal, on stderr; silent with `--json`. */
  protected note(text: string): void {
    this.logToStderr(text);
  }

  /** A warning for the person at the terminal, on stderr; silent with `--json`. */
  protected caution(text: string): void {
    this.logToStderr(`${style('yellow', 'Warning')} ${text}`);
  }

  protected override async catch(error: Error): Promise<void> {
    if ('oclif' in error && error.constructor.name === 'ExitError') throw error;
    const known = usageError(error) ?? error;
    process.exitCode = this.signal.aborted ? ExitCode.interrupted : exitCodeOf(known);
    if (this.jsonEnabled()) this.logJson(errorBody(known));
    else process.stderr.write(`${renderError(known)}\n`);
  }

  override logJson(value: unknown): void {
    const text = JSON.stringify(value, undefined, 2).replace(UNSAFE_IN_JSON, escapeUnit);
    process.stdout.write(`${text}\n`);
  }
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** oclif's parser reports missing, unknown and ill-formed arguments with errors that carry the parse. */
function usageError(error: Error): MarketplaceError | undefined {
  if (!('parse' in error) && !error.constructor.name.includes('Flag') && !error.constructor.name.includes('Arg')) {
    return undefined;
  }
  const message = error.message.replace(/\nSee more help with --help$/, '');
  return new MarketplaceError(message, { code: 'USAGE', hint: 'See the command with --help.' });
}

function interrupted(): MarketplaceError {
  return new MarketplaceError('Stopped by Ctrl-C', { code: 'INTERRUPTED' });
}
