import type { Readable, Writable } from 'node:stream';
import type { ProcessEnd, SandboxProcess } from '@agentmesh/sandbox';

const GRACE_MS = 5000;

/** The streams of whoever started this program. */
export interface Ends {
  readonly stdin: Readable;
  readonly stdout: Writable;
}

/** Joins a contained process with the outside until it is gone. After the end of input it has five seconds to end by itself. */
export async function passThrough(process: SandboxProcess, { stdin, stdout }: Ends): Promise<ProcessEnd> {
  let timer: NodeJS.Timeout | undefined;
  stdin.pipe(process.stdin);
  process.stdout.pipe(stdout, { end: false });
  const stop = (): void => void process.stop();
  stdin.once('end', () => {
    timer = setTimeout(stop, GRACE_MS);
  });
  // Whoever listened is gone.
  stdout.once('error', stop);
  try {
    return await process.exited;
  } finally {
    clearTimeout(timer);
    stdin.unpipe(process.stdin);
    stdin.destroy();
    stdout.off('error', stop);
  }
}
