import { compareVersions, isVersion, satisfies } from '@agentmesh/manifest';
import fc from 'fast-check';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { errorOf } from './sample.js';

const number = fc.oneof(fc.nat(20), fc.nat()).map(String);
const threeGroups = fc.tuple(number, number, number).map((groups) => groups.join('.'));

describe('versions', () => {
  it.each(['1.0', '1.10.2', '0.0', '01.002.0003', '99999999999999999999.0'])('%s is one', (text) => {
    expect(isVersion(text)).toBe(true);
  });

  it.each(['1', '1.0.0.0', 'v1.0', '1.0-rc1', '1.0\n', ' 1.0', '1..0', '١.0', '1.²', '', '1.0.'])(
    '%j is none',
    (text) => {
      expect(isVersion(text)).toBe(false);
    },
  );

  it('are ordered number by number, 1.0 before 1.0.0', () => {
    const ordered = [
      '0.9',
      '1.0',
      '1.0.0',
      '1.0.1',
      '1.2',
      '1.9.9',
      '1.10',
      '1.10.0',
      '2.0',
      '99999999999999999998.0',
      '99999999999999999999.0',
    ];
    expect([...ordered].reverse().sort(compareVersions)).toEqual(ordered);
    expect(compareVersions('01.0', '1.00')).toBe(0);
  });

  it('with three numbers are ordered as semver does', () => {
    fc.assert(
      fc.property(threeGroups, threeGroups, (a, b) => {
        expect(Math.sign(compareVersions(a, b))).toBe(semver.compare(a, b));
      }),
    );
  });
});

describe('ranges', () => {
  it.each([
    ['1.5.0', ''],
    ['1.5.0', ' '],
    ['1.5.0', '>=1.0.0,<2.0.0'],
    ['1.5.0', ' >= 1.0 , < 2 '],
    ['1.5', '==1.5.0'],
    ['1.5.0', '==1.5'],
    ['01.5', '==1.5'],
    ['2.0', '>=2.0.0'],
    ['1.5', '!=1.4,>1.4,<=1.5.0'],
    ['1.9', '~=1.4'],
    ['1.4', '~=1.4'],
    ['1.4.9', '~=1.4.2'],
    ['99999999999999999999.0', '>99999999999999999998.9'],
    ['1.0', '<99999999999999999998'],
    ['1.0', '>=1,'],
  ])('%s is in "%s"', (version, range) => {
    expect(satisfies(version, range)).toBe(true);
  });

  it.each([
    ['2.0', '<2.0.0'],
    ['2.0.0', '<2.0'],
    ['1.0', '>1.0.0'],
    ['2.0', '~=1.4'],
    ['1.3.9', '~=1.4'],
    ['1.5.0', '~=1.4.2'],
    ['1.4.1', '~=1.4.2'],
    ['10.4', '~=1.4'],
    ['1.5.0', '>=1.0.0,!=1.5'],
    ['1.5.0', '==1.0,==1.5'],
    ['99999999999999999998.0', '>99999999999999999998'],
  ])('%s is not in "%s"', (version, range) => {
    expect(satisfies(version, range)).toBe(false);
  });

  it.each([
    '1.0',
    '=1.0',
    '^1.0',
    '>=1.0 <2.0',
    '==1.*',
    '~=1',
    '>=1.0.0.0',
    '>=v1',
    '>=1.0-rc1',
    '*',
    '>=',
    ',',
    '>=1,,<2',
    '===1',
    '>=\u0661',
  ])('"%s" is no range', (range) => {
    expect(errorOf(() => satisfies('1.0', range)).code).toBe('RANGE_INVALID');
  });

  it.each(['x', '', '1.0.0.0', '1.0-rc1'])('"%s" is no version', (version) => {
    expect(errorOf(() => satisfies(version, '')).code).toBe('VERSION_INVALID');
  });

  it('of enormous length are refused', () => {
    expect(errorOf(() => satisfies('1.0', '>=1,'.repeat(10_000))).code).toBe('RANGE_INVALID');
  });

  it('agree with semver wherever both can say it', () => {
    const operator = fc.constantFrom('>=', '<=', '>', '<', '==');
    fc.assert(
      fc.property(threeGroups, fc.array(fc.tuple(operator, threeGroups), { maxLength: 3 }), (version, parts) => {
        const ours = parts.map(([sign, limit]) => sign + limit).join(',');
        const theirs = parts.map(([sign, limit]) => sign.replace('==', '=') + limit).join(' ');
        expect(satisfies(version, ours)).toBe(semver.satisfies(version, theirs));
      }),
    );
  });
});
