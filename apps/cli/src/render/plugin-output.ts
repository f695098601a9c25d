import { printable } from '@agentmesh/errors';
import type { GuestLog } from '@agentmesh/sandbox';

const MAX_LINES = 1000;
const MAX_LINE = 2000;

/**
 * Shows what a plugin prints while it prints it: line by line, each marked as the plugin's, made safe, and no more than 1,000
 * lines of at most 2,000 code units.
 */
export class PluginOutput {
  readonly #write: (line: string) => void;
  readonly #open = { stdout: '', stderr: '' };
  #lines = 0;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  /** Takes a piece of output; bound, so that it can be handed to a sandbox as `onLog`. */
  readonly take = ({ stream, text }: GuestLog): void => {
    const lines = `${this.#open[stream]}${text}`.split('\n');
    const last = lines.pop() ?? '';
    this.#open[stream] = last.slice(0, MAX_LINE + 1);
    for (const line of lines) this.#show(line);
  };

  /** Shows what was not ended by a line break; the next call starts anew. */
  finish(truncated = false): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.#open[stream] !== '') this.#show(this.#open[stream]);
      this.#open[stream] = '';
    }
    if (truncated || this.#lines > MAX_LINES) this.#write('[plugin] and more, which is not shown');
    this.#lines = 0;
  }

  #show(line: string): void {
    this.#lines += 1;
    if (this.#lines <= MAX_LINES) this.#write(`[plugin] ${printable(line.replace(/\r$/, ''), MAX_LINE)}`);
  }
}
