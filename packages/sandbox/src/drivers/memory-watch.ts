import { readFileSync } from 'node:fs';
import { descendantsOf } from './descendants.js';

const INTERVAL_MS = 10;
const KIB = 1024;
const FIGURES = /^(?:RssAnon|RssShmem|VmSwap|VmPTE):\s+(\d+) kB$/gm;

/** What is watched, and for what. */
export interface MemoryWatchOptions {
  readonly pid: number;
  /** True when processes that it makes count too. */
  readonly forks: boolean;
  readonly bytes: number;
  /** Bytes held elsewhere, which count too. */
  readonly elsewhere?: (() => number) | undefined;
  /** Called once. */
  onExceeded(): void;
}

/** Watches the memory of one process and of what it makes. */
export interface MemoryWatch {
  /** Most bytes seen beyond the first look. */
  peak(): number;
  stop(): void;
}

/**
 * Looks every 10 ms at the memory of a process and its descendants that no file backs, its page tables included (`RssAnon`,
 * `RssShmem`, `VmSwap` and `VmPTE` of /proc/<pid>/status, see proc(5)), and calls back once when it has grown by more than
 * `bytes` since the first look. A fork begins with what its parent held: that is no growth. Undefined where the system shows
 * no such figure.
 */
export function watchMemory(options: MemoryWatchOptions): MemoryWatch | undefined {
  const { pid, forks, bytes, elsewhere = () => 0, onExceeded } = options;
  const base = readHeld(pid);
  if (base === undefined) return undefined;
  const elsewhereBefore = elsewhere();
  let peak = 0;
  const stop = (): void => clearInterval(timer);
  const look = (): void => {
    const held = readHeld(pid);
    if (held === undefined) {
      stop();
      return;
    }
    let grown = Math.max(0, held - base) + Math.max(0, elsewhere() - elsewhereBefore);
    for (const child of forks ? descendantsOf(pid) : []) {
      grown += Math.max(0, (readHeld(child) ?? 0) - base);
    }
    peak = Math.max(peak, grown);
    if (peak <= bytes) return;
    stop();
    onExceeded();
  };
  const timer = setInterval(look, INTERVAL_MS);
  timer.unref();
  return { peak: () => peak, stop };
}

/** Undefined once the process is gone: the kernel answers ESRCH or ENOENT, or a status without memory. */
function readHeld(pid: number): number | undefined {
  let sum: number | undefined;
  for (const [, figure] of readStatus(pid).matchAll(FIGURES)) sum = (sum ?? 0) + Number(figure) * KIB;
  return sum;
}

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return '';
  }
}
