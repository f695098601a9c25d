import { describe, expect, it } from 'vitest';
import { encodeFrame } from '../src/protocol/encode-frame.js';
import { type Frame, FrameKind } from '../src/protocol/frame.js';
import { FrameDecoder } from '../src/protocol/frame-decoder.js';
import { parseBody } from '../src/protocol/parse-body.js';
import { readError } from '../src/protocol/read-error.js';
import { readReady } from '../src/protocol/read-ready.js';
import { DEFAULT_SANDBOX_LIMITS } from '../src/sandbox-limits.js';

const READY = encodeFrame(FrameKind.ready, '{}');

/** A small generator with a seed, so that a failure can be repeated (mulberry32). */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function randomBytes(random: (below: number) => number, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random(256)));
}

function decode(chunks: readonly Buffer[]): Frame[] {
  const decoder = new FrameDecoder(DEFAULT_SANDBOX_LIMITS);
  return chunks.flatMap((chunk) => decoder.push(chunk));
}

function split(bytes: Buffer, random: (below: number) => number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = Math.min(bytes.length, start + random(9));
    chunks.push(bytes.subarray(start, end));
    start = end;
  }
  return chunks;
}

describe('frames', () => {
  it('come out as they went in, however the bytes are cut, and nothing after the answer counts', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = createRandom(seed);
      const text = JSON.stringify(randomBytes(random, random(200)).toString('latin1'));
      const kind = random(2) === 0 ? FrameKind.result : FrameKind.error;
      const tail = randomBytes(random, random(40));
      const bytes = Buffer.concat([READY, encodeFrame(kind, text), tail]);
      const frames = decode(split(bytes, random));
      expect(
        frames.map((frame) => frame.kind),
        `seed ${seed}`,
      ).toEqual([FrameKind.ready, kind]);
      expect(Buffer.from(frames[1]?.body ?? []).toString()).toBe(text);
    }
  });

  it('that are cut off never come out', () => {
    const bytes = Buffer.concat([READY, encodeFrame(FrameKind.result, '"answer"')]);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decode([bytes.subarray(0, length)]).filter((frame) => frame.kind !== FrameKind.ready)).toEqual([]);
    }
  });

  it('of random bytes are refused or waited for, never anything else', () => {
    let refused = 0;
    for (let seed = 1; seed <= 2000; seed += 1) {
      const random = createRandom(seed);
      try {
        const frames = decode([READY, ...split(randomBytes(random, 5 + random(60)), random)]);
        expect(frames.length).toBeLessThanOrEqual(2);
      } catch (error) {
        expect(error).toMatchObject({ code: 'SANDBOX_PROTOCOL' });
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(1900);
  });

  it.each<[string, Buffer[]]>([
    ['a length of 4 GiB', [READY, Buffer.from([0xff, 0xff, 0xff, 0xff, FrameKind.result])]],
    ['a result one byte too long', [READY, Buffer.from([0, 0x10, 0, 1, FrameKind.result])]],
    ['a READY that is too long', [Buffer.from([0, 0, 0x10, 1, FrameKind.ready])]],
    ['an answer before READY', [encodeFrame(FrameKind.result, '1')]],
    ['a second READY', [READY, READY]],
    ['a CALL from the guest', [READY, encodeFrame(FrameKind.call, '1')]],
    ['an unknown kind', [READY, Buffer.from([0, 0, 0, 1, 9])]],
  ])('with %s are refused by their header', (_, chunks) => {
    expect(() => decode(chunks)).toThrowError(expect.objectContaining({ code: 'SANDBOX_PROTOCOL' }));
  });
});

describe('bodies', () => {
  it.each<[string, Buffer, string]>([
    ['no JSON', Buffer.from('{'), 'SANDBOX_PROTOCOL'],
    ['nothing', Buffer.from(''), 'SANDBOX_PROTOCOL'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'SANDBOX_PROTOCOL'],
    ['a byte order mark', Buffer.from('\ufeff1'), 'SANDBOX_PROTOCOL'],
    ['a million brackets', Buffer.from('['.repeat(1e6)), 'SANDBOX_INVALID_OUTPUT'],
    ['a million objects', Buffer.from('{"a":'.repeat(1e6)), 'SANDBOX_INVALID_OUTPUT'],
  ])('of %s are refused', (_, body, code) => {
    expect(() => parseBody(body, 512)).toThrowError(expect.objectContaining({ code }));
  });

  it('may hold brackets and quotes in text, and are as deep as allowed', () => {
    const value = { '[[[[': ['"\\"[[[{{{', '\\', '{"'.repeat(100)] };
    expect(parseBody(Buffer.from(JSON.stringify(value)), 2)).toEqual(value);
    expect(() => parseBody(Buffer.from('[[[1]]]'), 2)).toThrowError('deeper than 2');
  });

  it.each(['null', '1', '{}', '{"protocol":2,"node":"v24","checks":""}', '{"protocol":1,"node":1,"checks":""}', '[]'])(
    'READY of %s is refused',
    (text) => {
      expect(() => readReady(Buffer.from(text))).toThrowError(expect.objectContaining({ code: 'SANDBOX_PROTOCOL' }));
    },
  );

  it.each([
    ...['null', '1', '[]', '{}', '{"kind":"plugin","message":"m"}', '{"kind":"odd","message":"m"}'],
    ...['{"kind":"plugin","message":"m","type":1,"stack":""}', '{"__proto__":{"kind":"no-function","message":"m"}}'],
  ])('ERROR of %s is refused', (text) => {
    expect(() => readError(Buffer.from(text))).toThrowError(expect.objectContaining({ code: 'SANDBOX_PROTOCOL' }));
  });
});
