import { StringDecoder } from 'node:string_decoder';
import type { GuestLog, GuestLogs } from './guest-logs.js';

const NOTHING: GuestLogs = Object.freeze({ stdout: '', stderr: '', truncated: false });

/** What is counted for a piece of output beside its bytes: empty pieces are work, too. */
const PIECE_BYTES = 32;

/** How a {@link GuestOutput} keeps. */
export interface GuestOutputOptions {
  readonly logBytesKept: number;
  readonly logBytes: number;
  readonly onLog?: ((log: GuestLog) => void) | undefined;
}

/** What one call prints: the first part of it is kept, both streams share the limits. */
export class GuestOutput {
  readonly #options: GuestOutputOptions;
  #text: { stdout: string; stderr: string } | undefined;
  #decoders: { stdout?: StringDecoder; stderr?: StringDecoder } = {};
  #seen = 0;
  #kept = 0;
  #isTruncated = false;

  constructor(options: GuestOutputOptions) {
    this.#options = options;
  }

  /**
   * Takes a piece of what was printed.
   *
   * @returns false when more was printed than a call may print
   */
  add(stream: 'stderr' | 'stdout', bytes: Buffer): boolean {
    const fits = bytes.subarray(0, Math.max(0, this.#options.logBytesKept - this.#kept));
    const isWithin = this.count(bytes.length);
    this.#kept += fits.length;
    this.#isTruncated ||= fits.length < bytes.length;
    this.#decoders[stream] ??= new StringDecoder('utf8');
    const text = this.#decoders[stream].write(fits);
    if (text === '') return isWithin;
    this.#text ??= { stdout: '', stderr: '' };
    this.#text[stream] += text;
    this.#options.onLog?.({ stream, text });
    return isWithin;
  }

  /** Counts what belongs to no call and is dropped. */
  count(bytes: number): boolean {
    this.#seen += bytes + PIECE_BYTES;
    return this.#seen <= this.#options.logBytes;
  }

  /** What was kept so far. */
  logs(): GuestLogs {
    if (this.#text === undefined && !this.#isTruncated) return NOTHING;
    return { stdout: '', stderr: '', ...this.#text, truncated: this.#isTruncated };
  }
}
