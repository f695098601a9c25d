import type { Duplex, Readable } from 'node:stream';
import type { IsolationLevel } from '../isolation.js';

/** A command to run in a box. */
export interface GuestCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
}

/** What a driver sets on a process when it starts. */
export interface BoxLimits {
  /** Processor time in milliseconds. */
  readonly cpuMs: number;
  /** Open descriptors. */
  readonly descriptors: number;
}

/** How a process ended. */
export interface BoxExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it never started. */
  readonly failure?: Error;
}

/** One process in its box. */
export interface Box {
  readonly pid: number | undefined;
  /** The host's end of the socket pair that is descriptor 3 inside. */
  readonly channel: Duplex;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles once the process is gone and its output is read; never rejects. */
  readonly closed: Promise<BoxExit>;
  /** Calls back once when the process holds `bytes` more than now. Only where a driver can see that. */
  limitMemory(bytes: number, onExceeded: () => void): void;
  /** Most bytes seen beyond the mark set by `limitMemory`; undefined where nothing can be seen. */
  peakMemory(): number | undefined;
  /** Ends the process and every process of its group at once. */
  kill(): void;
}

/** Starts commands in a box. Knows nothing of languages. */
export interface Driver {
  readonly id: string;
  /** The best level that this driver can give a guest. */
  readonly level: IsolationLevel;
  /** What it does to a process, as named in `Isolation`. */
  readonly mechanisms: readonly string[];
  start(command: GuestCommand, limits: BoxLimits): Box;
}
