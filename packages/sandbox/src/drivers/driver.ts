import type { Duplex, Readable, Writable } from 'node:stream';
import type { IsolationLevel } from '../isolation/isolation.js';

/** A command to run in a box. Every path in it is one that a {@link Place} answered with. */
export interface GuestCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Makes a file or folder of the host readable inside a box. Of an ELF binary the shared libraries that it names come along,
 * of a folder those of the modules (`*.so`) in it.
 *
 * @param inside where it has to be, below `/agentmesh/`
 * @returns the path to use in the command: `inside` in a box with a file system of its own, the host's path elsewhere
 */
export type Place = (host: string, inside: string) => string;

/** Something that can be started in a box. A driver asks for its command once and keeps it. */
export interface Program {
  readonly id: string;
  command(place: Place): GuestCommand;
  /** Writable private memory, in bytes, that an idle process of it reserves: RLIMIT_DATA is this and the budget. Left out: not limited. */
  readonly dataBytes?: number;
  /**
   * Address space, in bytes, that it needs beside the budget: RLIMIT_AS is both, which bounds the page tables too. Left out:
   * not limited.
   */
  readonly addressBytes?: number;
  /** A file of it that is none of the host's. Only in a box with a file system of its own. */
  readonly image?: ProgramImage;
  /** True when it serves calls from forks of itself. Any other program may start threads, and no process. */
  readonly forks?: boolean;
  /** True when it speaks over standard input and output. */
  readonly stdio?: boolean;
  /** False when it has no channel. */
  readonly channel?: boolean;
}

/** An executable file by its path in a box. */
interface ProgramImage {
  readonly inside: string;
  readonly bytes: Uint8Array;
}

/** A file or folder of the host that is readable inside, by its path there. */
export interface ReadBind {
  readonly host: string;
  readonly inside: string;
}

/** A folder in which a guest may write. */
interface DataFolder {
  /** The one of the host, which stays; left out: one that is gone with the box. */
  readonly host?: string | undefined;
  /** The largest file in it; without `host` all of it together. */
  readonly bytes: number;
}

/** What a driver sets on a process when it starts. */
export interface BoxLimits {
  /** Processor time in milliseconds, for a process that serves one call. Left out: a day. */
  readonly cpuMs?: number | undefined;
  /** Open descriptors, of each process. */
  readonly descriptors: number;
  /** Threads and processes together. */
  readonly threads: number;
  /** Memory in bytes beyond what an idle process holds. */
  readonly memoryBytes: number;
  /** Size of a writable `/scratch`, in bytes; left out: nothing is writable. Only in a box with a file system of its own. */
  readonly scratchBytes?: number | undefined;
  /** What is readable besides the program. */
  readonly reads?: readonly ReadBind[] | undefined;
  /** A writable `/data`. Only in a box with a file system of its own. */
  readonly data?: DataFolder | undefined;
  /** Where it starts, by its path inside (default `/`). Only in a box with a file system of its own. */
  readonly cwd?: string | undefined;
  /** Environment beside the program's, which no list of processes shows. Only in a box with a file system of its own. */
  readonly env?: Readonly<Record<string, string>> | undefined;
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
  /** Of the process that was started; the guest may be a descendant of it. */
  readonly pid: number | undefined;
  /** Process id of the guest itself, as the host sees it; undefined while that is not known. */
  guestPid(): number | undefined;
  /** The host's end of the socket pair that is descriptor 3 inside. */
  readonly channel: Duplex;
  /** Of a program with `stdio`. */
  readonly stdin?: Writable | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles once no process is left and its output is read; never rejects. */
  readonly closed: Promise<BoxExit>;
  /**
   * Calls back once when the guest and its descendants hold `bytes` more than they did at rest, or now if there was no rest.
   * Called again it starts anew. Only where a driver can see that.
   */
  limitMemory(bytes: number, onExceeded: () => void): void;
  /** Stops watching, and marks what is held now as what is held at rest. The peak stays. */
  rest(): void;
  /** Most bytes seen beyond the last rest; undefined where nothing can be seen. */
  peakMemory(): number | undefined;
  /** Ends the guest and everything it started at once. */
  kill(): void;
  /** Lets the host's process end while this one is idle. It ends with the host. */
  unref(): void;
  /** Takes {@link Box.unref} back. */
  ref(): void;
}

/** Starts programs in a box. Knows nothing of languages. */
export interface Driver {
  readonly id: 'bwrap' | 'plain' | 'seatbelt';
  /** The best level that this driver can give a guest. */
  readonly level: IsolationLevel;
  /** What it does to a process, as named in `Isolation`. */
  readonly mechanisms: readonly string[];
  start(program: Program, limits: BoxLimits): Box;
}
