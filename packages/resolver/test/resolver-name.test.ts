import { resolverName } from '@agentmesh/resolver';
import { describe, expect, it } from 'vitest';
import { SOURCE_CASES } from './source-cases.js';

describe('resolverName', () => {
  it.each([
    ['demo', 'demo'],
    ['my.plugin-v2_1', 'my-plugin-v2_1'],
    ['0x', '0x'],
    ['Repo', 'Repo'],
    ['a.', 'a-'],
    ['con.txt', 'con-txt'],
    ['a'.repeat(128), 'a'.repeat(128)],
  ])('makes a name of %s, and of the answer the same again', (text, name) => {
    expect(resolverName(text)).toBe(name);
    expect(resolverName(name)).toBe(name);
  });

  it.each([
    '',
    '.',
    '..',
    '.hidden',
    '-flag',
    '_private',
    'a..b',
    'a/b',
    'a\\b',
    'a b',
    'a\u0000',
    'a\n',
    'naïve',
    '\u0430dmin',
    '%2e%2e',
    'CON',
    'lpt1',
    'a'.repeat(129),
  ])('refuses %j', (text) => {
    expect(() => resolverName(text)).toThrow(expect.objectContaining({ code: 'SOURCE_SYNTAX' }));
  });

  it('refuses the repository names of the vectors that give no plugin name', () => {
    const cases = SOURCE_CASES.filter((each) => each.nameRefused === true);
    expect(cases.map((each) => each.id)).toContain('github-022');
    for (const each of cases) {
      const repository = each.spec.split('#', 1).join('').split('/').at(-1) ?? '';
      expect(() => resolverName(repository), each.id).toThrow(expect.objectContaining({ code: 'SOURCE_SYNTAX' }));
    }
  });

  it('shows a hostile name without its escape sequences', () => {
    expect(() => resolverName('\u001b[2J')).toThrow('"\\u001b[2J"');
  });
});
