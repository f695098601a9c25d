import { type Duplex, duplexPair, PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Box, BoxExit } from '../src/drivers/driver.js';
import { PluginSandboxError } from '../src/plugin-sandbox-error.js';
import { GuestPool } from '../src/pool/guest-pool.js';
import { DEFAULT_SANDBOX_LIMITS } from '../src/sandbox-limits.js';
import { createRandom, type Random } from './faults/random.js';
import { scriptedCall, scriptedEngine } from './scripted.js';

const LIMITS = { ...DEFAULT_SANDBOX_LIMITS, resultBytes: 4096, startMs: 200 };
const KINDS = { ready: 1, call: 2, result: 3, error: 4, fetch: 5, idle: 8, log: 9 } as const;
const CALLS = 4;

/**
 * A guest made of nothing but a channel, which sends what chance says: right frames, wrong ones, parts of frames, lengths that
 * are lies. Each RESULT tells during which call it was sent.
 */
class RandomGuest {
  readonly box: Box;
  readonly #random: Random;
  readonly #channel: Duplex;
  #call = 0;
  #end: NodeJS.Timeout | undefined;

  constructor(random: Random) {
    this.#random = random;
    const [host, guest] = duplexPair();
    const exit = Promise.withResolvers<BoxExit>();
    const kill = () => {
      guest.destroy();
      exit.resolve({ code: null, signal: 'SIGKILL' });
    };
    this.#channel = guest;
    let received = Buffer.alloc(0);
    guest
      .on('error', () => {})
      .on('data', (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        while (received.length >= 5 && received.length >= 5 + received.readUInt32BE(0)) {
          const isCall = received[4] === KINDS.call;
          received = received.subarray(5 + received.readUInt32BE(0));
          if (isCall) this.#answer();
        }
      });
    this.box = {
      pid: undefined,
      guestPid: () => undefined,
      channel: host,
      stdout: new PassThrough(),
      stderr: new PassThrough(),
      closed: exit.promise,
      limitMemory: () => {},
      rest: () => {},
      peakMemory: () => undefined,
      kill,
      ref: () => {},
      unref: () => {},
    };
    setImmediate(() => this.#send(random.next() < 0.95 ? READY : this.#rubbish()));
  }

  #answer(): void {
    // One that never becomes free would be waited for much longer than these tests are to take.
    clearTimeout(this.#end);
    this.#end = setTimeout(() => this.box.kill(), 80);
    const parts: Buffer[] = [];
    this.#call += 1;
    const pieces = this.#random.between(0, 4);
    for (let piece = 0; piece < pieces; piece += 1) parts.push(this.#piece());
    if (this.#random.next() < 0.6) parts.push(this.#result(), frame(KINDS.idle, '{}'));
    const bytes = Buffer.concat(parts);
    this.#send(this.#random.next() < 0.2 ? bytes.subarray(0, this.#random.between(0, bytes.length)) : bytes);
    if (this.#random.next() < 0.1) setImmediate(() => this.box.kill());
  }

  #piece(): Buffer {
    const log = frame(KINDS.log, JSON.stringify({ stream: 'stdout', text: 'x' }));
    const liar = Buffer.from([255, 255, 255, 255, this.#random.between(0, 255)]);
    const idle = frame(KINDS.idle, '{}');
    const fetch = frame(KINDS.fetch, '{}');
    return this.#random.pick([log, log, log, log, this.#rubbish(), liar, idle, fetch, this.#result(), READY]);
  }

  #result(): Buffer {
    return frame(KINDS.result, JSON.stringify(this.#call));
  }

  #rubbish(): Buffer {
    return Buffer.from(Array.from({ length: this.#random.between(1, 40) }, () => this.#random.between(0, 255)));
  }

  /** In pieces, as a socket may deliver it. */
  #send(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const size = this.#random.between(1, bytes.length - at);
      if (!this.#channel.destroyed) this.#channel.write(bytes.subarray(at, at + size));
      at += size;
    }
  }
}

const READY = frame(KINDS.ready, JSON.stringify({ protocol: 2, engine: 'quickjs' }));

function frame(kind: number, text: string): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(Buffer.byteLength(text));
  head[4] = kind;
  return Buffer.concat([head, Buffer.from(text)]);
}

/** Some calls on one pool of such guests: during which call of its guest each answer was sent, or the code of its error. */
async function callRandomly(seed: number): Promise<(string | { said: number; call: number })[]> {
  const random = createRandom(seed);
  const engine = scriptedEngine('any');
  const start = () => new RandomGuest(random).box;
  const pool = new GuestPool({ engine, limits: LIMITS, size: 1, queue: 10, idleMs: 60_000, start });
  const ends: (string | { said: number; call: number })[] = [];
  for (let index = 0; index < CALLS; index += 1) {
    try {
      const guest = await pool.acquire('plugin-a');
      const call = guest.calls + 1;
      const answer = await guest.call(scriptedCall('any', null, { timeoutMs: 40 }));
      ends.push({ said: JSON.parse(answer.frame.body.toString()), call });
    } catch (error) {
      ends.push(error instanceof PluginSandboxError ? error.code : `FAULT ${String(error)}`);
    }
  }
  await pool.close();
  return ends;
}

describe('guests that send what chance says', () => {
  const first = Date.now() % 1e6;

  it('end every call once: by an answer that they sent in it, or by an error of ours', async () => {
    const seen = new Set<string>();
    for (let seed = first; seed < first + 600; seed += 50) {
      const seeds = Array.from({ length: 50 }, (_, offset) => seed + offset);
      const runs = await Promise.all(seeds.map(async (one) => ({ one, ends: await callRandomly(one) })));
      for (const { one, ends } of runs) {
        expect(ends, `seed ${one}`).toHaveLength(CALLS);
        for (const end of ends) {
          seen.add(typeof end === 'string' ? end : 'answer');
          // A process may keep an answer back for a later call of the same plugin, and never has one before it was asked.
          if (typeof end !== 'string') expect(end.said, `seed ${one}`).toBeLessThanOrEqual(end.call);
          else expect(end, `seed ${one}`).toMatch(/^SANDBOX_(?:PROTOCOL|TIMEOUT|CRASH|UNAVAILABLE)$/);
        }
      }
    }
    expect([...seen]).toEqual(
      expect.arrayContaining(['answer', 'SANDBOX_CRASH', 'SANDBOX_PROTOCOL', 'SANDBOX_TIMEOUT']),
    );
  }, 90_000);
});
