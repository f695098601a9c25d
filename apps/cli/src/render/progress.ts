import { printable } from '@agentmesh/errors';

const DELAY_MS = 300;
const CLEAR_LINE = '\r\u001b[2K';

/** One line on a terminal that says what is going on, once that takes over 300 ms. */
export interface Progress {
  /** Replaces what the line says. */
  update(activity: string): void;
  /** Takes the line away before something else is written; it comes back after another 300 ms. */
  clear(): void;
  /** Takes the line away for good. */
  stop(): void;
}

/** Begins to watch the time for `stream`, which must be a terminal. */
export function showProgress(stream: NodeJS.WriteStream): Progress {
  let activity = 'Working';
  let shown = false;
  const show = (): void => {
    shown = true;
    // A line that wraps could not be taken away again.
    stream.write(`${CLEAR_LINE}${printable(activity, Math.max(1, (stream.columns || 80) - 4))} …`);
  };
  const hide = (): void => {
    clearTimeout(timer);
    if (shown) stream.write(CLEAR_LINE);
    shown = false;
  };
  let timer = setTimeout(show, DELAY_MS);
  return {
    update(next) {
      activity = next;
      if (shown) show();
    },
    clear() {
      hide();
      timer = setTimeout(show, DELAY_MS).unref();
    },
    stop: hide,
  };
}
