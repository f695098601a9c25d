import type { Readable, Writable } from 'node:stream';
import type { IsolationLevel } from '../isolation/isolation.js';

/** How a long-lived process ended, as the host saw it. */
export interface ProcessEnd {
  /**
   * `exit`: by itself, with `code`; `killed`: by a signal; `stopped`: by `stop`, the caller's signal or the sandbox's close;
   * `memory`, `cpu`, `data`: for more than it may have; `protocol`: for what it sent instead of requests; `failed`: it never started.
   */
  readonly reason: 'cpu' | 'data' | 'exit' | 'failed' | 'killed' | 'memory' | 'protocol' | 'stopped';
  readonly code?: number;
  readonly signal?: NodeJS.Signals;
}

/** A long-lived process in its box. All that it writes is plugin-controlled. */
export interface SandboxProcess {
  /** `write` answers false while the process does not read. */
  readonly stdin: Writable;
  /** Read it: what nobody reads makes the process wait, and costs no memory here. */
  readonly stdout: Readable;
  /** Need not be read: beyond `logBytesKept` unread bytes the rest is dropped. */
  readonly stderr: Readable;
  /** Settles once no process is left; never rejects. */
  readonly exited: Promise<ProcessEnd>;
  /** The level it runs at. */
  readonly isolation: IsolationLevel;
  /** Kills it and everything that it started, and waits until all is gone. */
  stop(): Promise<void>;
}
