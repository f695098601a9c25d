import { PluginSandboxError } from '../plugin-sandbox-error.js';
import { FRAME_HEADER_BYTES, type Frame, FrameKind } from './frame.js';

const READY_BYTES = 4096;
const ERROR_OVERHEAD = 65_536;
const BYTES_PER_UNIT = 6;

/** The largest bodies that the host accepts. */
export interface FrameLimits {
  readonly resultBytes: number;
  readonly errorUnits: number;
}

/**
 * Reads the frames of one guest: READY, then one answer. Every byte is hostile: the length is checked before anything of
 * that size is held, kinds out of turn are refused, and nothing after the first complete answer is looked at.
 */
export class FrameDecoder {
  readonly #limits: FrameLimits;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #ready = false;
  #answered = false;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /**
   * Takes bytes as they come; gives the frames they complete.
   *
   * @throws PluginSandboxError `SANDBOX_PROTOCOL`
   */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    if (this.#answered) return frames;
    this.#pending.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#pendingBytes += chunk.byteLength;
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Frame | undefined {
    if (this.#answered || this.#pendingBytes < FRAME_HEADER_BYTES) return undefined;
    const header = this.#peekHeader();
    const kind = this.#expectedKind(header.readUInt8(4));
    const length = header.readUInt32BE(0);
    if (length > this.#largest(kind)) throw protocolError(`a frame claims ${length} bytes`);
    if (this.#pendingBytes < FRAME_HEADER_BYTES + length) return undefined;
    return this.#take(kind, length);
  }

  /** Joins the chunks only as far as needed: a frame that comes byte by byte must not cost its square. */
  #peekHeader(): Buffer {
    const first = this.#pending[0];
    if (first !== undefined && first.length >= FRAME_HEADER_BYTES) return first;
    const joined = Buffer.concat(this.#pending);
    this.#pending = [joined];
    return joined;
  }

  #expectedKind(kind: number): FrameKind {
    if (!this.#ready && kind === FrameKind.ready) return kind;
    if (this.#ready && (kind === FrameKind.result || kind === FrameKind.error)) return kind;
    throw protocolError(`a frame of kind ${kind} came ${this.#ready ? 'for an answer' : 'before READY'}`);
  }

  #largest(kind: FrameKind): number {
    if (kind === FrameKind.ready) return READY_BYTES;
    if (kind === FrameKind.result) return this.#limits.resultBytes;
    return this.#limits.errorUnits * BYTES_PER_UNIT + ERROR_OVERHEAD;
  }

  #take(kind: FrameKind, length: number): Frame {
    const bytes = Buffer.concat(this.#pending);
    const rest = bytes.subarray(FRAME_HEADER_BYTES + length);
    this.#pending = [rest];
    this.#pendingBytes = rest.length;
    if (kind === FrameKind.ready) this.#ready = true;
    else this.#answered = true;
    return { kind, body: bytes.subarray(FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + length) };
  }
}

function protocolError(problem: string): PluginSandboxError {
  return new PluginSandboxError(`The guest broke the protocol: ${problem}`, { code: 'SANDBOX_PROTOCOL' });
}
