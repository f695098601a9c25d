import { type ChildProcess, spawn } from 'node:child_process';
import { Duplex, type Readable } from 'node:stream';
import { afterEach } from 'vitest';
import type { GuestCommand } from '../src/drivers/driver.js';

/** Kinds of frames by number, as protocol 2 has them. */
export const KIND = {
  ready: 1,
  call: 2,
  result: 3,
  error: 4,
  fetch: 5,
  fetched: 6,
  plugin: 7,
  idle: 8,
  log: 9,
} as const;

/** A frame that a guest sent. */
export interface Received {
  readonly kind: number;
  readonly body: unknown;
}

const HEADER_BYTES = 5;
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

/** A guest without a box, spoken to frame by frame: what the host does, one step at a time. */
export class Guest {
  readonly #child: ChildProcess;
  readonly #channel: Duplex;
  readonly exit: Promise<number | string | null>;
  readonly #printed = { stdout: '', stderr: '' };
  #pending = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => undefined;

  constructor(command: GuestCommand) {
    const child = spawn(command.file, command.args, {
      cwd: '/',
      env: { ...command.env },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    running.add(child);
    this.#child = child;
    const channel = child.stdio[3];
    if (!(channel instanceof Duplex)) throw new TypeError('no channel');
    this.#channel = channel;
    channel.on('data', (chunk: Buffer) => {
      this.#pending = Buffer.concat([this.#pending, chunk]);
      this.#wake();
    });
    channel.on('error', () => undefined);
    channel.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
    capture(child.stdout, (text) => (this.#printed.stdout += text));
    capture(child.stderr, (text) => (this.#printed.stderr += text));
    this.exit = new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)));
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new TypeError('the guest did not start');
    return this.#child.pid;
  }

  /** What it printed to descriptors 1 and 2 so far. */
  get printed(): { readonly stdout: string; readonly stderr: string } {
    return this.#printed;
  }

  send(kind: number, body: unknown): void {
    this.sendText(kind, JSON.stringify(body));
  }

  sendText(kind: number, text: string): void {
    const length = Buffer.byteLength(text);
    const frame = Buffer.alloc(HEADER_BYTES + length);
    frame.writeUInt32BE(length, 0);
    frame.writeUInt8(kind, 4);
    frame.write(text, HEADER_BYTES);
    this.#channel.write(frame);
  }

  /** The next frame; undefined once the guest has closed the channel. */
  async next(): Promise<Received | undefined> {
    for (;;) {
      const frame = this.#take();
      if (frame !== undefined || this.#ended) return frame;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Frames up to and with one of the given kinds. */
  async until(...kinds: number[]): Promise<Received[]> {
    const frames: Received[] = [];
    for (let frame = await this.next(); frame !== undefined; frame = await this.next()) {
      frames.push(frame);
      if (kinds.includes(frame.kind)) break;
    }
    return frames;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** The host's end goes away. */
  hangUp(): void {
    this.#channel.destroy();
  }

  #take(): Received | undefined {
    if (this.#pending.length < HEADER_BYTES) return undefined;
    const length = this.#pending.readUInt32BE(0);
    if (this.#pending.length < HEADER_BYTES + length) return undefined;
    const kind = this.#pending.readUInt8(4);
    const body: unknown = JSON.parse(this.#pending.toString('utf8', HEADER_BYTES, HEADER_BYTES + length));
    this.#pending = this.#pending.subarray(HEADER_BYTES + length);
    return { kind, body };
  }
}

/** A CALL with nothing granted. */
export function callOf(name: string | null, input: unknown, changes: Readonly<Record<string, unknown>> = {}): object {
  const limits = { resultBytes: 1024 * 1024, errorUnits: 4096, memoryBytes: 128 * 1024 * 1024 };
  return { function: name, input, ...limits, fetch: false, env: {}, ...changes };
}

function capture(stream: Readable | null, take: (text: string) => void): void {
  stream?.setEncoding('utf8').on('data', take);
}
