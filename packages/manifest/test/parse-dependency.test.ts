import { parseDependency } from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';
import { errorOf } from './sample.js';

describe('dependencies', () => {
  it.each([
    ['base', { name: 'base', range: '', pinned: null }],
    [' base >= 1.0 , < 2.0.0 ', { name: 'base', range: '>=1.0,<2.0.0', pinned: null }],
    ['base==1.2.3', { name: 'base', range: '==1.2.3', pinned: '1.2.3' }],
    ['base>=1.0,==1.5', { name: 'base', range: '>=1.0,==1.5', pinned: '1.5' }],
    ['a_b-c~=1.4', { name: 'a_b-c', range: '~=1.4', pinned: null }],
    ['base!=1.5,', { name: 'base', range: '!=1.5', pinned: null }],
  ])('%j', (spec, dependency) => {
    expect(parseDependency(spec)).toEqual(dependency);
  });

  it.each([
    ['==1.0', 'a plugin name first'],
    ['../x>=1.0', 'a plugin name first'],
    ['CON>=1.0', 'a plugin name first'],
    ['a==1.*', '"==1.*"'],
    ['a~=1', 'at least two numbers'],
    ['a,', 'got ""'],
    ['a>=1\n,<2\u001b[31m', '\\u001b[31m'],
    [`a>=1.${'0'.repeat(600)}`, 'at most 512'],
  ])('%j is refused: %s', (spec, reason) => {
    const error = errorOf(() => parseDependency(spec));
    expect(error.code).toBe('DEPENDENCY_INVALID');
    expect(error.message).toContain(reason);
    expect(error.hint).toContain('>=1.0.0,<2.0.0');
  });
});
