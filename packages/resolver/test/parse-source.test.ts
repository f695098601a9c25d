import { DEFAULT_FETCH_LIMITS, formatSource, parseSource, type Source } from '@agentmesh/resolver';
import { describe, expect, it } from 'vitest';
import { SOURCE_CASES } from './source-cases.js';

const refused = expect.objectContaining({ code: 'SOURCE_SYNTAX', hint: expect.stringContaining('local://my-plugin') });

describe('parseSource, the shared vectors', () => {
  const parseCases = SOURCE_CASES.filter((each) => each.input !== undefined);
  it('has them all', () => {
    expect(SOURCE_CASES).toHaveLength(120);
    expect(parseCases).toHaveLength(25);
  });

  it.each(parseCases.filter((each) => each.stage === 'parse'))('$id refuses: $why', ({ input }) => {
    expect(() => parseSource(input ?? '')).toThrow(refused);
  });

  it.each(parseCases.filter((each) => each.stage !== 'parse'))('$id reads: $why', ({ input, scheme, spec }) => {
    expect(parseSource(input ?? '')).toEqual({ scheme, spec });
  });

  it.each(SOURCE_CASES.filter((each) => each.scheme !== ''))('$id reads its spec behind its scheme: $why', (each) => {
    const spec = each.spec.replace(/^ +| +$/g, '');
    const parse = () => parseSource(`${each.scheme}://${each.spec}`);
    if (spec === '') expect(parse).toThrow(refused);
    else expect(parse()).toEqual({ scheme: each.scheme, spec });
  });
});

describe('parseSource', () => {
  it('gives a text without a scheme whole to the default scheme', () => {
    expect(parseSource('demo@>=1', { defaultScheme: 'registry' })).toEqual({ scheme: 'registry', spec: 'demo@>=1' });
    expect(parseSource('a b://c')).toEqual({ scheme: 'local', spec: 'a b://c' });
  });

  it('drops ASCII white space only: a byte-order mark and a no-break space stay', () => {
    expect(parseSource('\t\v\f\r\n demo \n')).toEqual({ scheme: 'local', spec: 'demo' });
    expect(parseSource('\ufeffdemo').spec).toBe('\ufeffdemo');
    expect(parseSource('\ufefflocal://demo')).toEqual({ scheme: 'local', spec: '\ufefflocal://demo' });
    expect(parseSource('local://\u00a0demo\u0085').spec).toBe('\u00a0demo\u0085');
  });

  it('takes a spec of 64 KiB and refuses one byte more, counted in UTF-8', () => {
    const limit = DEFAULT_FETCH_LIMITS.maxSpecBytes;
    expect(parseSource(`local://${'a'.repeat(limit)}`).spec).toHaveLength(limit);
    expect(() => parseSource('a'.repeat(limit + 1))).toThrow(refused);
    expect(() => parseSource('é'.repeat(limit / 2 + 1))).toThrow(refused);
    expect(parseSource('abc', { maxSpecBytes: 3 }).spec).toBe('abc');
    expect(() => parseSource('abcd', { maxSpecBytes: 3 })).toThrow(refused);
  });

  it('refuses an endless scheme, a malformed default scheme and what is no text', () => {
    expect(() => parseSource(`${'a'.repeat(65)}://x`)).toThrow(refused);
    expect(() => parseSource('x', { defaultScheme: 'no scheme' })).toThrow(refused);
    // @ts-expect-error a caller in plain JavaScript
    expect(() => parseSource(undefined)).toThrow(refused);
  });

  it('reads megabytes of blanks and of scheme letters in no time', () => {
    const started = performance.now();
    expect(() => parseSource(`x${' '.repeat(4_000_000)}x`)).toThrow(refused);
    expect(() => parseSource('a'.repeat(4_000_000))).toThrow(refused);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('formatSource', () => {
  it('writes what parseSource reads back, for ten thousand random texts', () => {
    const random = seededRandom(7);
    let parsed = 0;
    for (let count = 0; count < 10_000; count += 1) {
      const source = tryParse(randomText(random));
      if (source === undefined) continue;
      parsed += 1;
      expect(parseSource(formatSource(source))).toEqual(source);
    }
    expect(parsed).toBeGreaterThan(5_000);
  });

  it.each<Source>([
    { scheme: '', spec: 'x' },
    { scheme: '1a', spec: 'x' },
    { scheme: 'a/b', spec: 'x' },
    { scheme: 'local', spec: '' },
    { scheme: 'local', spec: ' x' },
    { scheme: 'local', spec: 'x\n' },
  ])('refuses %o, which no text can say', (source) => {
    expect(() => formatSource(source)).toThrow(expect.objectContaining({ code: 'SOURCE_SYNTAX' }));
  });
});

const PIECES = [
  'local',
  'git+ssh',
  'LOCAL',
  '://',
  ':',
  '/',
  '#',
  '@',
  ' ',
  '\t',
  '\ufeff',
  '\u00a0',
  'é',
  '..',
  '1',
  'a',
  '\u0000',
  '😀',
];

function randomText(random: () => number): string {
  const length = Math.floor(random() * 8);
  return Array.from({ length }, () => PIECES[Math.floor(random() * PIECES.length)]).join('');
}

function tryParse(text: string): Source | undefined {
  try {
    return parseSource(text);
  } catch {
    return undefined;
  }
}

/** mulberry32: the same texts on every run, so that a failure can be seen again. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
