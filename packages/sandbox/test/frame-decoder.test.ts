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

/** What comes of `chunks` once READY was taken and a call has begun. */
function decode(chunks: readonly Buffer[], { reusable = false, mayFetch = false } = {}): Frame[] {
  const decoder = new FrameDecoder(DEFAULT_SANDBOX_LIMITS, reusable);
  const frames: Frame[] = [];
  decoder.push(READY, () => decoder.begin(mayFetch));
  for (const chunk of chunks) decoder.push(chunk, (frame) => frames.push(frame));
  return frames;
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
  it('come out as they went in, however the bytes are cut, and nothing after the one answer counts', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = createRandom(seed);
      const text = JSON.stringify(randomBytes(random, random(200)).toString('latin1'));
      const kind = random(2) === 0 ? FrameKind.result : FrameKind.error;
      const log = encodeFrame(FrameKind.log, '{}');
      const bytes = Buffer.concat([log, encodeFrame(kind, text), randomBytes(random, random(40))]);
      const frames = decode(split(bytes, random));
      expect(
        frames.map((frame) => frame.kind),
        `seed ${seed}`,
      ).toEqual([FrameKind.log, kind]);
      expect(Buffer.from(frames[1]?.body ?? []).toString()).toBe(text);
    }
  });

  it('of one call after the other come out, however the bytes are cut', () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const random = createRandom(seed);
      const decoder = new FrameDecoder(DEFAULT_SANDBOX_LIMITS, true);
      const seen: string[] = [];
      decoder.push(READY, () => undefined);
      for (let call = 0; call < 5; call += 1) {
        decoder.begin(true);
        const request = encodeFrame(FrameKind.fetch, '{}');
        for (const chunk of split(request, random)) decoder.push(chunk, ({ kind }) => seen.push(`${call} ${kind}`));
        decoder.fetched();
        const rest = Buffer.concat([encodeFrame(FrameKind.result, String(call)), encodeFrame(FrameKind.idle, '{}')]);
        for (const chunk of split(rest, random)) decoder.push(chunk, ({ kind }) => seen.push(`${call} ${kind}`));
      }
      expect(seen, `seed ${seed}`).toEqual([0, 1, 2, 3, 4].flatMap((call) => [`${call} 5`, `${call} 3`, `${call} 8`]));
    }
  });

  it('that are cut off never come out', () => {
    const bytes = encodeFrame(FrameKind.result, '"answer"');
    for (let length = 0; length < bytes.length; length += 1) expect(decode([bytes.subarray(0, length)])).toEqual([]);
  });

  it('of random bytes are refused or waited for, never anything else', () => {
    let refused = 0;
    for (let seed = 1; seed <= 2000; seed += 1) {
      const random = createRandom(seed);
      try {
        const bytes = split(randomBytes(random, 5 + random(60)), random);
        expect(decode(bytes, { reusable: true, mayFetch: true }).length).toBeLessThanOrEqual(2);
      } catch (error) {
        expect(error).toMatchObject({ code: 'SANDBOX_PROTOCOL' });
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(1900);
  });

  it('that come byte by byte cost no more than their size', () => {
    const bytes = encodeFrame(FrameKind.result, JSON.stringify('x'.repeat(500_000)));
    const started = performance.now();
    const decoder = new FrameDecoder(DEFAULT_SANDBOX_LIMITS, false);
    decoder.push(READY, () => decoder.begin(false));
    let count = 0;
    for (let at = 0; at < bytes.length; at += 1) decoder.push(bytes.subarray(at, at + 1), () => (count += 1));
    expect(count).toBe(1);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('may have no body', () => {
    expect(decode([Buffer.from([0, 0, 0, 0, FrameKind.log]), encodeFrame(FrameKind.result, '1')])).toHaveLength(2);
  });

  const answer = encodeFrame(FrameKind.result, '1');
  const idle = encodeFrame(FrameKind.idle, '{}');

  it.each<[string, Buffer[], object?]>([
    ['a length of 4 GiB', [Buffer.from([0xff, 0xff, 0xff, 0xff, FrameKind.result])]],
    ['a result one byte too long', [Buffer.from([0, 0x10, 0, 1, FrameKind.result])]],
    ['a log of 10 MB', [Buffer.from([0, 0x98, 0x96, 0x80, FrameKind.log])]],
    ['a second READY', [READY]],
    ['a CALL from the guest', [encodeFrame(FrameKind.call, '1')]],
    ['a PLUGIN from the guest', [encodeFrame(FrameKind.plugin, '1')]],
    ['a request that is not granted', [encodeFrame(FrameKind.fetch, '{}')]],
    [
      'two requests at once',
      [encodeFrame(FrameKind.fetch, '{}'), encodeFrame(FrameKind.fetch, '{}')],
      { mayFetch: true },
    ],
    ['an answer while a request is under way', [encodeFrame(FrameKind.fetch, '{}'), answer], { mayFetch: true }],
    ['an unknown kind', [Buffer.from([0, 0, 0, 1, 99])]],
    ['IDLE before the answer', [idle], { reusable: true }],
    ['a second answer', [answer, answer], { reusable: true }],
    ['a log after the answer', [answer, encodeFrame(FrameKind.log, '{}')], { reusable: true }],
    ['an IDLE that is too long', [answer, Buffer.from([0, 0, 0, 65, FrameKind.idle])], { reusable: true }],
    ['a byte after IDLE', [answer, idle, Buffer.from([0])], { reusable: true }],
    ['a byte after IDLE in one piece', [answer, Buffer.concat([idle, Buffer.from([0])])], { reusable: true }],
    ['the next answer in one piece with IDLE', [Buffer.concat([answer, idle, answer])], { reusable: true }],
  ])('with %s are refused by their header', (_, chunks, options) => {
    expect(() => decode(chunks, options)).toThrowError(expect.objectContaining({ code: 'SANDBOX_PROTOCOL' }));
  });

  it.each<[string, Buffer]>([
    ['a READY that is too long', Buffer.from([0, 0, 0x10, 1, FrameKind.ready])],
    ['an answer before READY', answer],
    ['an answer in one piece with READY', Buffer.concat([READY, answer])],
  ])('with %s are refused', (_, bytes) => {
    const decoder = new FrameDecoder(DEFAULT_SANDBOX_LIMITS, false);
    expect(() => decoder.push(bytes, () => undefined)).toThrowError(
      expect.objectContaining({ code: 'SANDBOX_PROTOCOL' }),
    );
  });

  it('belong to calls: there is none before READY, and one at a time', () => {
    const decoder = new FrameDecoder(DEFAULT_SANDBOX_LIMITS, true);
    expect(() => decoder.begin(false)).toThrowError('cannot begin');
    decoder.push(READY, () => decoder.begin(false));
    expect(() => decoder.begin(false)).toThrowError('cannot begin');
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

  it.each([
    ...[
      'null',
      '1',
      '{}',
      '[]',
      '{"protocol":1,"engine":"node","checks":"a"}',
      '{"protocol":2,"engine":"python","checks":"a"}',
    ],
    ...['{"protocol":2,"engine":"node","checks":1}', '{"protocol":"2","engine":"node"}'],
  ])('READY of %s is refused', (text) => {
    const expected = { engine: 'node', checks: ['a'] };
    expect(() => readReady(Buffer.from(text), expected)).toThrowError(
      expect.objectContaining({ code: 'SANDBOX_PROTOCOL' }),
    );
  });

  it('READY without a check that has to hold is refused, and says which', () => {
    const ready = Buffer.from('{"protocol":2,"engine":"node","checks":"a,b","version":"v24"}');
    expect(() => readReady(ready, { engine: 'node', checks: ['a', 'b'] })).not.toThrow();
    expect(() => readReady(ready, { engine: 'node', checks: ['a', 'c', 'd'] })).toThrowError('c, d failed');
    expect(() =>
      readReady(Buffer.from('{"protocol":2,"engine":"wasm"}'), { engine: 'wasm', checks: [] }),
    ).not.toThrow();
  });

  it.each([
    ...['null', '1', '[]', '{}', '{"kind":"plugin","message":"m"}', '{"kind":"odd","message":"m"}'],
    ...['{"kind":"plugin","message":"m","type":1,"stack":""}', '{"__proto__":{"kind":"no-function","message":"m"}}'],
  ])('ERROR of %s is refused', (text) => {
    expect(() => readError(Buffer.from(text))).toThrowError(expect.objectContaining({ code: 'SANDBOX_PROTOCOL' }));
  });
});
