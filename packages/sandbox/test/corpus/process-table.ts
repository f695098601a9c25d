import { readdirSync, readFileSync } from 'node:fs';

/** Pids of what runs in this pid namespace besides the container's first process and this one: guests and what they started. */
export function guestPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== 1 && pid !== process.pid && runs(pid));
}

/** Bytes of memory that one process alone holds; 0 once it is gone. */
export function privateBytes(pid: number): number {
  const kib = /^Private_Dirty:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1];
  return Number(kib ?? 0) * 1024;
}

/** Local TCP ports on which somebody listens. */
export function listeningPorts(): number[] {
  const rows = ['/proc/self/net/tcp', '/proc/self/net/tcp6'].flatMap((path) => read(path).split('\n').slice(1));
  const listening = rows.map((row) => row.trim().split(/\s+/)).filter((columns) => columns[3] === '0A');
  return listening.map((columns) => Number.parseInt(columns[1]?.split(':')[1] ?? '0', 16));
}

/** Waits until no guest runs any more; gives those that still do after `ms`. */
export async function guestsLeftAfter(ms: number): Promise<number[]> {
  for (const deadline = performance.now() + ms; ; ) {
    const left = guestPids();
    if (left.length === 0 || performance.now() > deadline) return left;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A zombie waits for whoever inherits it and runs no more. */
function runs(pid: number): boolean {
  const status = read(`/proc/${pid}/status`);
  return status !== '' && !/^State:\s+[ZX]/m.test(status);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
