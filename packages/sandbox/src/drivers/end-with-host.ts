const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const BRAND: symbol = Symbol.for('@agentmesh/sandbox/endWithHost');
const live = new Set<() => void>();

// Another installed copy of this package does as this one does; it is nobody else.
Object.defineProperty(onSignal, BRAND, { value: true });

/**
 * Keeps `kill` to be called when this process ends, by itself or by a signal that nobody else handles. A guest runs in a
 * session of its own, so the terminal's Ctrl-C never reaches it. Where someone else handles the signal, ending guests is
 * up to them (`PluginSandbox.close`).
 *
 * @returns a function that lets go again
 */
export function endWithHost(kill: () => void): () => void {
  if (live.size === 0) listen();
  live.add(kill);
  return () => {
    live.delete(kill);
    if (live.size === 0) unlisten();
  };
}

function listen(): void {
  process.on('exit', killAll);
  for (const signal of SIGNALS) process.on(signal, onSignal);
}

function unlisten(): void {
  process.off('exit', killAll);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

function killAll(): void {
  for (const kill of live) kill();
}

function onSignal(signal: NodeJS.Signals): void {
  if (process.listeners(signal).some((listener) => !(BRAND in listener))) return;
  killAll();
  unlisten();
  process.kill(process.pid, signal);
}
