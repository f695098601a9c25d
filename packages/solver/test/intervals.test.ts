import { createIntervals, type IntervalSet } from '@agentmesh/solver';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const SETS = createIntervals<number>({ compare: (a, b) => a - b });
const POINTS = Array.from({ length: 13 }, (_, at) => at / 2);

/** A set of numbers beside the same set as a question. */
type Pair = readonly [set: IntervalSet<number>, holds: (point: number) => boolean];

const simple = fc
  .tuple(fc.integer({ min: 0, max: 6 }), fc.constantFrom('only', 'atLeast', 'above', 'atMost', 'below'))
  .map(([at, kind]): Pair => {
    const rules = {
      only: (point: number) => point === at,
      atLeast: (point: number) => point >= at,
      above: (point: number) => point > at,
      atMost: (point: number) => point <= at,
      below: (point: number) => point < at,
    };
    const name = kind as keyof typeof rules;
    return [SETS[name](at), rules[name]];
  });

const { pair } = fc.letrec<{ pair: Pair }>((tie) => ({
  pair: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Pair>([SETS.any, () => true], [SETS.none, () => false]),
    simple,
    fc
      .tuple(tie('pair'), tie('pair'))
      .map(([[a, inA], [b, inB]]): Pair => [SETS.intersect(a, b), (point) => inA(point) && inB(point)]),
    fc
      .tuple(tie('pair'), tie('pair'))
      .map(([[a, inA], [b, inB]]): Pair => [SETS.union(a, b), (point) => inA(point) || inB(point)]),
    tie('pair').map(([a, inA]): Pair => [SETS.complement(a), (point) => !inA(point)]),
  ),
}));

describe('interval sets', () => {
  it('hold exactly what their parts say, however they are combined', () => {
    fc.assert(
      fc.property(pair, ([set, holds]) => {
        expect(POINTS.filter((point) => set.has(point))).toEqual(POINTS.filter(holds));
      }),
      { numRuns: 1_000 },
    );
  });

  it('select among ascending versions what they hold, as pairs that neither touch nor are empty', () => {
    fc.assert(
      fc.property(pair, fc.uniqueArray(fc.constantFrom(...POINTS)), ([set], points) => {
        const ascending = points.sort((a, b) => a - b);
        const pairs = set.select(ascending);
        const selected = ascending.filter((_, place) => {
          return pairs.some((from, at) => at % 2 === 0 && place >= from && place < (pairs[at + 1] ?? 0));
        });
        expect(selected).toEqual(ascending.filter((point) => set.has(point)));
        expect(pairs.every((bound, at) => at === 0 || bound > (pairs[at - 1] ?? bound))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    [SETS.any, ''],
    [SETS.none, 'none'],
    [SETS.only(3), '==3'],
    [SETS.complement(SETS.only(3)), '!=3'],
    [SETS.intersect(SETS.complement(SETS.only(3)), SETS.complement(SETS.only(5))), '!=3,!=5'],
    [SETS.intersect(SETS.atLeast(1), SETS.below(4)), '>=1,<4'],
    [SETS.intersect(SETS.above(1), SETS.atMost(4)), '>1,<=4'],
    [SETS.union(SETS.below(1), SETS.above(4)), '<1 or >4'],
    [SETS.union(SETS.only(1), SETS.atLeast(4)), '==1 or >=4'],
    [SETS.named(SETS.atLeast(4), '^4'), '^4'],
  ])('are written as %s', (set, text) => {
    expect(set.toString()).toBe(text);
  });
});
