import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { listeningPorts } from './process-table.js';

/** Watches for listening ports without a pause, on a thread of its own: a guest may listen for a millisecond alone. */
export async function watchPorts(): Promise<{ finish(): Promise<number[]> }> {
  const worker = new Worker(new URL(import.meta.url));
  await new Promise((resolve) => worker.once('message', resolve));
  return {
    finish: async () => {
      const ports = new Promise<number[]>((resolve) => worker.once('message', resolve));
      worker.postMessage('stop');
      return ports.finally(() => worker.terminate());
    },
  };
}

if (!isMainThread && parentPort !== null) watch(parentPort);

function watch(port: NonNullable<typeof parentPort>): void {
  const usual = new Set(listeningPorts());
  const seen = new Set<number>();
  const look = () => {
    for (let looks = 0; looks < 20; looks += 1) for (const found of listeningPorts()) seen.add(found);
    timer = setImmediate(look);
  };
  let timer = setImmediate(look);
  port.once('message', () => {
    clearImmediate(timer);
    port.postMessage([...seen].filter((found) => !usual.has(found)));
  });
  port.postMessage('ready');
}
