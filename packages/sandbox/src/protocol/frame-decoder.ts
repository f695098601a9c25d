import { PluginSandboxError } from '../plugin-sandbox-error.js';
import { FRAME_HEADER_BYTES, type Frame, FrameKind } from './frame.js';

const READY_BYTES = 4096;
const IDLE_BYTES = 64;
const TEXT_OVERHEAD = 65_536;
const LOG_BYTES = 1024 * 1024;
const BYTES_PER_UNIT = 6;

/** The largest bodies that the host accepts. */
export interface FrameLimits {
  readonly resultBytes: number;
  readonly errorUnits: number;
  /** Body of a request of the plugin's, in bytes, before base64. */
  readonly fetchRequestBytes: number;
}

/** What may come next from a guest. `over`: nothing is looked at any more. */
type Turn = 'answered' | 'call' | 'fetching' | 'idle' | 'over' | 'requests' | 'start';

const START = [FrameKind.ready];
const CALL = [FrameKind.result, FrameKind.error, FrameKind.log];
const CALL_WITH_FETCH = [...CALL, FrameKind.fetch];
const ANSWERED = [FrameKind.idle];
const REQUESTS = [FrameKind.fetch];
const NOTHING: readonly FrameKind[] = [];

const PLACES: Readonly<Record<Turn, string>> = {
  answered: 'after the answer',
  call: 'for an answer',
  fetching: 'while a request was under way',
  idle: 'while no call was under way',
  over: 'after the end',
  requests: 'instead of a request',
  start: 'before READY',
};

/**
 * Reads the frames of one guest. Every byte is hostile: kinds out of turn are refused by their header, the length is checked
 * before anything of that size is held, and what comes while nothing is asked is a fault. Turns: READY; then, for each
 * `begin`, any LOG and FETCH, one RESULT or ERROR; then IDLE where the process serves several calls, else the end.
 */
export class FrameDecoder {
  readonly #limits: FrameLimits;
  readonly #reusable: boolean;
  readonly #header = Buffer.alloc(FRAME_HEADER_BYTES);
  #headerFilled = 0;
  #kind: FrameKind = FrameKind.ready;
  /** Undefined until the header is complete. */
  #body: Buffer | undefined;
  #bodyFilled = 0;
  #turn: Turn = 'start';
  #mayFetch = false;

  /** @param reusable whether IDLE follows an answer */
  constructor(limits: FrameLimits, reusable: boolean) {
    this.#limits = limits;
    this.#reusable = reusable;
  }

  /** Reads the channel of a long-lived process, over which nothing comes but FETCH, at any time. */
  static ofRequests(limits: FrameLimits): FrameDecoder {
    const decoder = new FrameDecoder(limits, false);
    decoder.#turn = 'requests';
    return decoder;
  }

  /** A CALL is sent: an answer may come, and before it requests if `mayFetch`. */
  begin(mayFetch: boolean): void {
    if (this.#turn !== 'idle') throw new TypeError(`a call cannot begin in the turn ${this.#turn}`);
    this.#turn = 'call';
    this.#mayFetch = mayFetch;
  }

  /** The answer to FETCH is sent. */
  fetched(): void {
    if (this.#turn === 'fetching') this.#turn = 'call';
  }

  /**
   * Takes bytes as they come; gives the frames that they complete to `take`, each before the next is looked at.
   *
   * @throws PluginSandboxError `SANDBOX_PROTOCOL`
   */
  push(chunk: Buffer, take: (frame: Frame) => void): void {
    let at = 0;
    while (this.#turn !== 'over' && (at < chunk.length || this.#isComplete())) {
      if (this.#isComplete()) take(this.#finish(at < chunk.length));
      else if (this.#body === undefined) at = this.#readHeader(chunk, at);
      else at = this.#readBody(this.#body, chunk, at);
    }
  }

  #isComplete(): boolean {
    return this.#body !== undefined && this.#bodyFilled === this.#body.length;
  }

  #readHeader(chunk: Buffer, at: number): number {
    if (this.#turn === 'idle') throw outOfCall();
    const count = chunk.copy(this.#header, this.#headerFilled, at);
    this.#headerFilled += count;
    if (this.#headerFilled < FRAME_HEADER_BYTES) return at + count;
    this.#kind = this.#expectedKind(this.#header.readUInt8(4));
    const length = this.#header.readUInt32BE(0);
    if (length > this.#largest(this.#kind)) throw protocolError(`a frame claims ${length} bytes`);
    const start = at + count;
    // Most bodies come whole, in one piece with their header: no copy is made of those.
    const isWhole = chunk.length - start >= length;
    this.#body = isWhole ? chunk.subarray(start, start + length) : Buffer.allocUnsafe(length);
    this.#bodyFilled = isWhole ? length : 0;
    return isWhole ? start + length : start;
  }

  #readBody(body: Buffer, chunk: Buffer, at: number): number {
    const count = chunk.copy(body, this.#bodyFilled, at);
    this.#bodyFilled += count;
    return at + count;
  }

  /** A guest is free only if nothing follows: what does must never be taken for the next call's answer. */
  #finish(isFollowed: boolean): Frame {
    const frame = { kind: this.#kind, body: this.#body ?? this.#header };
    this.#body = undefined;
    this.#headerFilled = 0;
    this.#turn = this.#turnAfter(this.#kind);
    if (isFollowed && this.#turn === 'idle') throw outOfCall();
    return frame;
  }

  #turnAfter(kind: FrameKind): Turn {
    if (this.#turn === 'requests') return 'requests';
    if (kind === FrameKind.ready || kind === FrameKind.idle) return 'idle';
    if (kind === FrameKind.fetch) return 'fetching';
    if (kind === FrameKind.log) return 'call';
    return this.#reusable ? 'answered' : 'over';
  }

  #expectedKind(kind: number): FrameKind {
    const expected = this.#expected();
    const found = expected.find((candidate) => candidate === kind);
    if (found !== undefined) return found;
    throw protocolError(`a frame of kind ${kind} came ${PLACES[this.#turn]}`);
  }

  #expected(): readonly FrameKind[] {
    if (this.#turn === 'start') return START;
    if (this.#turn === 'answered') return ANSWERED;
    if (this.#turn === 'requests') return REQUESTS;
    if (this.#turn === 'call') return this.#mayFetch ? CALL_WITH_FETCH : CALL;
    return NOTHING;
  }

  #largest(kind: FrameKind): number {
    const { resultBytes, errorUnits, fetchRequestBytes } = this.#limits;
    if (kind === FrameKind.ready) return READY_BYTES;
    if (kind === FrameKind.idle) return IDLE_BYTES;
    if (kind === FrameKind.log) return LOG_BYTES;
    if (kind === FrameKind.result) return resultBytes;
    if (kind === FrameKind.fetch) return Math.ceil(fetchRequestBytes / 3) * 4 + TEXT_OVERHEAD;
    return errorUnits * BYTES_PER_UNIT + TEXT_OVERHEAD;
  }
}

function outOfCall(): PluginSandboxError {
  return protocolError('bytes came while no call was under way');
}

function protocolError(problem: string): PluginSandboxError {
  return new PluginSandboxError(`The guest broke the protocol: ${problem}`, { code: 'SANDBOX_PROTOCOL' });
}
