import { closeSync, openSync, readSync } from 'node:fs';

const INTERVAL_MS = 10;
const STATUS_BYTES = 4096;
const KIB = 1024;

/** Watches the private memory of one process. */
export interface MemoryWatch {
  /** Most bytes seen beyond the first look. */
  peak(): number;
  stop(): void;
}

/**
 * Looks every 10 ms at the anonymous resident memory of a process (`RssAnon` of /proc/<pid>/status) and calls back once
 * when it has grown by more than `bytes` since the first look. Undefined where the system shows no such figure.
 */
export function watchMemory(pid: number, bytes: number, onExceeded: () => void): MemoryWatch | undefined {
  const file = openStatus(pid);
  if (file === undefined) return undefined;
  const base = readAnonymous(file);
  let peak = 0;
  let open = true;
  const stop = (): void => {
    clearInterval(timer);
    if (open) closeSync(file);
    open = false;
  };
  const look = (): void => {
    const now = readAnonymous(file);
    if (now !== undefined) peak = Math.max(peak, now - (base ?? 0));
    if (now === undefined || peak > bytes) stop();
    if (peak > bytes) onExceeded();
  };
  const timer = setInterval(look, INTERVAL_MS);
  return { peak: () => peak, stop };
}

/** One descriptor for all looks: a later process with the same number cannot be mistaken for this one. */
function openStatus(pid: number): number | undefined {
  try {
    return openSync(`/proc/${pid}/status`, 'r');
  } catch {
    return undefined;
  }
}

/** Undefined once the process is gone: the kernel answers ESRCH, or a status without memory. */
function readAnonymous(file: number): number | undefined {
  const bytes = Buffer.alloc(STATUS_BYTES);
  try {
    const count = readSync(file, bytes, 0, STATUS_BYTES, 0);
    const match = /^RssAnon:\s+(\d+) kB$/m.exec(bytes.toString('latin1', 0, count));
    return match?.[1] === undefined ? undefined : Number(match[1]) * KIB;
  } catch {
    return undefined;
  }
}
