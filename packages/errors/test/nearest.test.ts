import { nearest } from '@agentmesh/errors';
import { describe, expect, it } from 'vitest';

describe('nearest', () => {
  const commands = ['install', 'uninstall', 'info', 'list', 'verify'];
  it.each([
    ['instal', 'install'],
    ['isntall', 'install'],
    ['VERIFY', 'verify'],
    ['lits', 'list'],
    ['unistall', 'uninstall'],
  ])('takes %s for %s', (typed, meant) => {
    expect(nearest(typed, commands)).toBe(meant);
  });

  it('guesses nothing when nothing is near, or the word is huge', () => {
    expect(nearest('deploy', commands)).toBeUndefined();
    expect(nearest('', commands)).toBeUndefined();
    expect(nearest('x'.repeat(1_000_000), ['x'.repeat(1_000_000)])).toBeUndefined();
  });
});
