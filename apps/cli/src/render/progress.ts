import { printable } from '@agentmesh/errors';

const DELAY_MS = 300;

/**
 * Shows `label …` on stderr while `work` runs, once it has taken over 300 ms; nothing where stderr is no terminal.
 * `update` replaces the label, e.g. with the plugin that is being fetched.
 */
export async function withProgress<T>(
  label: string,
  work: (update: (label: string) => void) => Promise<T>,
  stream: NodeJS.WriteStream = process.stderr,
): Promise<T> {
  if (!stream.isTTY) return work(() => undefined);
  let current = label;
  let shown = false;
  const show = () => {
    shown = true;
    stream.write(`\r\u001b[2K${printable(current)} …`);
  };
  const timer = setTimeout(show, DELAY_MS);
  try {
    return await work((next) => {
      current = next;
      if (shown) show();
    });
  } finally {
    clearTimeout(timer);
    if (shown) stream.write('\r\u001b[2K');
  }
}
