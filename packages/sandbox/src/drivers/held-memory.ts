import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const KIB = 1024;
const FIGURES = /^(?:RssAnon|RssShmem|VmSwap|VmPTE):\s+(\d+) kB$/gm;
const text = Buffer.alloc(16 * KIB);

/**
 * Bytes that a process holds and no file backs, its page tables included: `RssAnon`, `RssShmem`, `VmSwap` and `VmPTE` of
 * /proc/<pid>/status, see proc(5). Undefined once the process is gone, and where the system shows no such figure.
 */
export function readHeld(pid: number): number | undefined {
  try {
    return sumOf(readFileSync(pathOf(pid), 'latin1'));
  } catch {
    return undefined;
  }
}

/** {@link readHeld} of one process again and again: its figures stay open, which halves what a look costs. */
export class HeldMemory {
  readonly pid: number;
  #descriptor: number | undefined;

  constructor(pid: number) {
    this.pid = pid;
    try {
      this.#descriptor = openSync(pathOf(pid), 'r');
    } catch {
      // It is gone, or there is no such file system: there is nothing to read.
    }
  }

  /** See {@link readHeld}. Whoever gets the number of a process that is gone is not meant. */
  read(): number | undefined {
    if (this.#descriptor === undefined) return undefined;
    try {
      const length = readSync(this.#descriptor, text, 0, text.length, 0);
      return length < text.length ? sumOf(text.toString('latin1', 0, length)) : readHeld(this.pid);
    } catch {
      return undefined;
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

function pathOf(pid: number): string {
  return `/proc/${pid}/status`;
}

/** The kernel shows a process that has ended and was not waited for without memory. */
function sumOf(status: string): number | undefined {
  let sum: number | undefined;
  for (const [, figure] of status.matchAll(FIGURES)) sum = (sum ?? 0) + Number(figure) * KIB;
  return sum;
}
