import { printable } from '@agentmesh/errors';
import type { InstallProgress } from '@agentmesh/installer';
import { formatBytes } from './bytes.js';
import { style } from './style.js';

const MAX_LINES = 16;
const REDRAW_MS = 60;

/**
 * A line for each plugin that is on its way. On a terminal the lines of those under way are drawn anew as they get on, and what is
 * done stays above them; elsewhere each step is a plain line.
 */
export class PluginProgress {
  readonly #stream: NodeJS.WriteStream;
  readonly #note: (line: string) => void;
  readonly #active = new Map<string, string>();
  #drawn = 0;
  #last = 0;

  /** @param note writes a line where there is no terminal */
  constructor(stream: NodeJS.WriteStream, note: (line: string) => void) {
    this.#stream = stream;
    this.#note = note;
  }

  /** Takes one step of an install; false for what is about no single plugin. */
  take(progress: InstallProgress): boolean {
    const { phase, plugin } = progress;
    if (plugin === undefined) return false;
    const isDone = phase === 'ready' || phase === 'refused';
    if (isDone) this.#active.delete(plugin);
    else this.#active.set(plugin, describe(progress));
    if (!this.#stream.isTTY) {
      if (isDone) this.#note(ended(progress));
      else if (phase === 'fetching' && progress.fetch === undefined) this.#note(describe(progress));
      return true;
    }
    this.#draw(isDone ? ended(progress) : undefined);
    return true;
  }

  /** Takes the lines of what is under way away. */
  stop(): void {
    this.#active.clear();
    if (this.#drawn > 0) this.#stream.write(this.#back());
  }

  #draw(done: string | undefined): void {
    const now = performance.now();
    if (done === undefined && now - this.#last < REDRAW_MS && this.#drawn > 0) return;
    this.#last = now;
    const width = Math.max(20, this.#stream.columns || 80) - 1;
    const lines = [...this.#active.values()].slice(0, MAX_LINES).map((line) => `  ${line}`.slice(0, width));
    const above = done === undefined ? '' : `${done}\n`;
    this.#stream.write(`${this.#back()}${above}${lines.map((line) => `${line}\n`).join('')}`);
    this.#drawn = lines.length;
  }

  #back(): string {
    const back = this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A\u001b[0J`;
    this.#drawn = 0;
    return back;
  }
}

function describe({ phase, plugin = '', fetch }: InstallProgress): string {
  const total = fetch?.totalBytes === undefined ? '' : ` of ${formatBytes(fetch.totalBytes)}`;
  const bytes = fetch === undefined ? '' : ` ${formatBytes(fetch.bytes)}${total}`;
  return `${phase} ${printable(plugin)}${bytes}`;
}

function ended({ phase, plugin = '', version = '', code = '' }: InstallProgress): string {
  const what = `${printable(plugin)} ${printable(version)}`.trimEnd();
  return phase === 'ready' ? `${style('green', '✓')} ${what}` : `${style('red', '✗')} ${what} refused (${code})`;
}
