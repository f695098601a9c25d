import { parseJson } from '@agentmesh/download';
import { describe, expect, it } from 'vitest';

const parse = (text: string, maxValues = 1_000): unknown => parseJson(Buffer.from(text), { maxValues });

describe('JSON that a server sent', () => {
  it('is read', () => {
    expect(parse('{"a":[1,"ü",null]}')).toEqual({ a: [1, 'ü', null] });
  });

  it.each([
    ['many small objects', `[${'{},'.repeat(500_000)}{}]`],
    ['many keys', `{${Array.from({ length: 2_000 }, (_, index) => `"${index}":0`).join()}}`],
    ['deep lists', '['.repeat(2_000_000)],
  ])('is FETCH_TOO_LARGE before memory is taken when it has %s', (_, text) => {
    const bytes = Buffer.from(text);
    const before = process.memoryUsage().heapUsed;
    expect(() => parseJson(bytes, { maxValues: 1_000 })).toThrow(expect.objectContaining({ code: 'FETCH_TOO_LARGE' }));
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000);
  });

  it('may have just as many values as allowed', () => {
    expect(parse('[1,2,3]', 4)).toEqual([1, 2, 3]);
    expect(() => parse('[1,2,3]', 3)).toThrow(expect.objectContaining({ code: 'FETCH_TOO_LARGE' }));
  });

  it.each(['', '{', 'secret-text', '{"a":1}x'])('is FETCH_FAILED when it is "%s", which is not shown', (text) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: 'FETCH_FAILED',
        message: expect.not.stringContaining('secret'),
        cause: undefined,
      }),
    );
  });

  it('is FETCH_FAILED when it is no UTF-8', () => {
    const bytes = Buffer.from([0x22, 0xff, 0x22]);
    expect(() => parseJson(bytes, { maxValues: 9 })).toThrow(expect.objectContaining({ code: 'FETCH_FAILED' }));
  });
});
