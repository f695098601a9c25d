import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { guestsLeftAfter } from '../corpus/process-table.js';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** What a host holds. */
export interface Census {
  readonly descriptors: number;
  /** Names in the folder for temporary files. */
  readonly files: readonly string[];
  readonly processes: number;
}

/** Counts what there is; waits a moment for what is on its way out. */
export async function takeCensus(): Promise<Census> {
  const processes = (await guestsLeftAfter(2000)).length;
  collect();
  // Closing of a socket takes turns of the event loop.
  await new Promise((resolve) => setTimeout(resolve, 100));
  return { descriptors: readdirSync('/proc/self/fd').length, files: readdirSync(tmpdir()).sort(), processes };
}

/** Bytes that the host holds in use, garbage collected. */
export function bytesInUse(): number {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
