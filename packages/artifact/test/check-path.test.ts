import { checkPath } from '@agentmesh/artifact';
import { describe, expect, it } from 'vitest';
import { HOSTILE_NAMES } from './hostile-names.js';

describe('checkPath', () => {
  it.each(HOSTILE_NAMES)('refuses: $attack', ({ path }) => {
    expect(checkPath(path)).toMatch(/^(?:the|a|it) /);
  });

  it.each([
    'a',
    'a/b/c.js',
    '.hidden',
    '..a/...b',
    'con-fig.js',
    'console.js',
    'com10',
    'auxiliary/nul-x',
    'a b',
    'größe.txt',
    '\u{1f600}.md',
    "a#b%c@d!e$f^g&h(i)j=k+l,m;n~o`p'q[r]s{t}",
    'n'.repeat(255),
    `${'d/'.repeat(31)}f`,
  ])('accepts %s', (path) => {
    expect(checkPath(path)).toBeUndefined();
  });

  it.each([
    ['the empty path', ''],
    ['a lone surrogate', 'a\ud800'],
    ['a trailing slash', 'a/'],
    ['DEL', 'a\u007f'],
    ['a no-break space at the end', 'a\u00a0'],
  ])('refuses %s', (_name, path) => {
    expect(checkPath(path)).toBeTypeOf('string');
  });

  it('takes depth and length as options', () => {
    expect(checkPath('a/b', { maxDepth: 1 })).toBe('it lies deeper than 1 levels');
    expect(checkPath('é', { maxPathBytes: 1 })).toBe('the path is longer than 1 bytes');
    expect(checkPath('é', { maxPathBytes: 2 })).toBeUndefined();
  });
});
