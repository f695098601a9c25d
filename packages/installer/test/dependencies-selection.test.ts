import { isMarketplaceError, MarketplaceError } from '@agentmesh/errors';
import { satisfies } from '@agentmesh/manifest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candidate, SelectionProblem } from '../src/dependencies/candidate.js';
import type { DependencyError } from '../src/dependencies/dependency-error.js';
import { rangeSet } from '../src/dependencies/range-sets.js';
import { selectPlugins } from '../src/dependencies/select-plugins.js';
import { installed, type Listed, listed, problemOf, shown } from './selection-problem.js';

type Rest = Partial<SelectionProblem<Candidate>>;

async function select(registry: Listed, asked: readonly string[], rest: Rest = {}): Promise<readonly string[]> {
  return shown(await selectPlugins(problemOf(registry, asked, rest)));
}

async function refusal(registry: Listed, asked: readonly string[], rest: Rest = {}): Promise<DependencyError> {
  try {
    await selectPlugins(problemOf(registry, asked, rest));
  } catch (error) {
    // What `selectPlugins` documents.
    if (isMarketplaceError(error)) return error as DependencyError;
    throw error;
  }
  throw new Error('Expected a refusal');
}

describe('what may not be picked', () => {
  it('is passed over where something else fits, and named in the proof where nothing does', async () => {
    const registry = listed(
      'base 1.0.0',
      'base 2.0.0! is yanked: it loses data',
      'a 1.0.0: base',
      'b 1.0.0: base>=2.0.0',
    );
    expect(await select(registry, ['a'])).toEqual(['a 1.0.0', 'base 1.0.0']);
    const refused = await refusal(registry, ['b']);
    expect(refused.message).toBe(
      'b 1.0.0 needs base >=2.0.0, but base 2.0.0 is yanked: it loses data; so b cannot be installed.',
    );
    expect(refused).toMatchObject({
      code: 'DEPENDENCY_UNSATISFIED',
      hint: 'Ask for another version, or publish one that fits.',
    });
    expect(refused.facts).toHaveLength(3);
    expect(refused.facts).toEqual(
      expect.arrayContaining([
        { kind: 'asked', name: 'b', needs: { name: 'b', range: '' } },
        { kind: 'needs', name: 'b', versions: ['1.0.0'], needs: { name: 'base', range: '>=2.0.0' } },
        { kind: 'refused', name: 'base', versions: ['2.0.0'], reason: 'is yanked: it loses data' },
      ]),
    );
  });

  it('stays where it is installed', async () => {
    const registry = listed('base 1.0.0! is yanked', 'base 2.0.0! is yanked', 'a 1.0.0: base');
    expect(await select(registry, ['a'], { installed: installed('base 1.0.0') })).toEqual(['a 1.0.0', 'base 1.0.0']);
  });

  it('gives the error its code where nothing else stands in the way', async () => {
    const tooOld = { reason: 'needs agentmesh >=3.0.0 and this is 1.4.0', code: 'HOST_TOO_OLD' };
    const registry = new Map([
      ...listed('advanced-analyzer 1.0.0: base-validator>=2.0.0'),
      ['base-validator', [{ name: 'base-validator', version: '2.0.0', dependencies: [], refusal: tooOld }]] as const,
    ]);
    const refused = await refusal(registry, ['advanced-analyzer']);
    expect(refused).toMatchObject({ code: 'HOST_TOO_OLD', hint: 'Update agentmesh, or ask for an older version.' });
    expect(refused.message).toBe(
      'advanced-analyzer 1.0.0 needs base-validator >=2.0.0, but base-validator 2.0.0 needs agentmesh >=3.0.0 and this is 1.4.0; so advanced-analyzer cannot be installed.',
    );
  });

  it('may be what the caller has against it, who is asked once about each candidate that is about to be picked', async () => {
    const asked: string[] = [];
    const registry = listed('a 1.0.0', 'a 2.0.0: b', 'b 1.0.0', 'c 1.0.0');
    const cause = new MarketplaceError('denied', { code: 'POLICY_DENIED', hint: 'Ask whoever keeps the policy.' });
    const refuse = async ({ name, version }: Candidate) => {
      asked.push(`${name} ${version}`);
      return name === 'b' ? { reason: 'is denied by rule no-b', code: 'POLICY_DENIED', cause } : undefined;
    };
    expect(await select(registry, ['a'], { refuse })).toEqual(['a 1.0.0']);
    expect(asked.sort()).toEqual(['a 1.0.0', 'a 2.0.0', 'b 1.0.0']);
    const refused = await refusal(registry, ['a ==2.0.0'], { refuse });
    expect(refused).toMatchObject({ code: 'POLICY_DENIED', hint: 'Ask whoever keeps the policy.', cause });
    expect(refused.message).toContain('b 1.0.0 is denied by rule no-b');
  });

  it('may be a name as a whole', async () => {
    const offer = async () => ({ candidates: [], missing: { reason: 'may not be fetched', code: 'POLICY_DENIED' } });
    const refused = await refusal(listed('a 1.0.0: b'), ['a'], { offer });
    expect(refused.code).toBe('POLICY_DENIED');
    expect(refused.message).toBe('a 1.0.0 needs b, but b may not be fetched; so a cannot be installed.');
  });

  it('says VERSION_NOT_FOUND when it is all that was asked for', async () => {
    const refused = await refusal(listed('a 1.0.0! is yanked', 'a 2.0.0'), ['a ==1.0.0']);
    expect(refused.code).toBe('VERSION_NOT_FOUND');
    expect(refused.message).toBe('a 1.0.0 is yanked; so a ==1.0.0 cannot be installed.');
  });

  it('includes versions whose dependencies cannot be read', async () => {
    const broken: Candidate = {
      name: 'a',
      version: '2.0.0',
      get dependencies(): never {
        throw new MarketplaceError('bad', { code: 'MANIFEST_INVALID', hint: 'Ask the author.' });
      },
    };
    expect(await select(new Map([['a', [broken, ...(listed('a 1.0.0').get('a') ?? [])]]]), ['a'])).toEqual(['a 1.0.0']);
    expect(await refusal(new Map([['a', [broken]]]), ['a'])).toMatchObject({
      code: 'MANIFEST_INVALID',
      hint: 'Ask the author.',
    });
  });
});

describe('a version of last resort', () => {
  const registry = listed('b 1.0.0', 'b 1.1.0~ is deprecated', 'a 1.0.0: b', 'a 2.0.0: b>=1.1.0', 'c 1.0.0: b>=1.1.0');

  it('is not picked while anything else fits, be it an older version of what needs it', async () => {
    expect(await select(registry, ['a'])).toEqual(['a 1.0.0', 'b 1.0.0']);
  });

  it('is picked when nothing else fits', async () => {
    expect(await select(registry, ['c'])).toEqual(['c 1.0.0', 'b 1.1.0']);
    expect(await select(registry, ['a ==2.0.0'])).toEqual(['a 2.0.0', 'b 1.1.0']);
  });

  it('is not what the proof blames', async () => {
    const refused = await refusal(listed('b 1.1.0~ is deprecated | ghost', 'c 1.0.0: b'), ['c']);
    expect(refused.message).toBe(
      'c 1.0.0 needs b and b 1.1.0 needs ghost, but ghost is not in the registry; so c cannot be installed.',
    );
  });
});

describe('what is installed', () => {
  it('is not looked up where it satisfies', async () => {
    const looked: string[] = [];
    const registry = listed('a 1.0.0: b; c', 'b 2.0.0', 'c 2.0.0');
    const offer = async (name: string) => {
      looked.push(name);
      return { candidates: registry.get(name) ?? [] };
    };
    const rest = { installed: installed('b 1.0.0', 'other 1.0.0: b'), offer };
    expect(await select(registry, ['a'], rest)).toEqual(['a 1.0.0', 'b 1.0.0', 'c 2.0.0']);
    expect(looked).toEqual(['c']);
  });

  it('does not move where nothing on the way in needs it, and the proof says that it is installed', async () => {
    const registry = listed(
      'a 2.0.0: base>=2.0.0',
      'base 1.0.0',
      'base 2.0.0',
      'other 1.0.0: base<2.0.0',
      'other 2.0.0',
    );
    const rest = { installed: installed('base 1.0.0', 'other 1.0.0: base<2.0.0') };
    const refused = await refusal(registry, ['a'], rest);
    expect(refused.message).toBe(
      'a 2.0.0 needs base >=2.0.0, but other 1.0.0 needs base <2.0.0 and other 1.0.0 is installed; so a cannot be installed.',
    );
    expect(refused.hint).toBe('Ask for another version, or update or uninstall other.');
  });

  it('moves along where what comes in needs it newer', async () => {
    const registry = listed('a 2.0.0: base>=2.0.0; other', 'base 2.0.0', 'other 1.0.0: base<2.0.0', 'other 2.0.0');
    const rest = { installed: installed('base 1.0.0', 'other 1.0.0: base<2.0.0') };
    expect(await select(registry, ['a'], rest)).toEqual(['a 2.0.0', 'base 2.0.0', 'other 2.0.0']);
  });

  it('takes the newest version that fits where it is told to move', async () => {
    const registry = listed('base 1.0.0', 'base 1.5.0', 'base 2.0.0', 'a 1.0.0: base<2.0.0', 'b 1.0.0', 'b 2.0.0');
    const rest = { installed: installed('a 1.0.0: base<2.0.0', 'base 1.0.0', 'b 1.0.0') };
    expect(await select(registry, [], { ...rest, move: 'all' })).toEqual(['a 1.0.0', 'base 1.5.0', 'b 2.0.0']);
    expect(await select(registry, [], { ...rest, move: new Set(['base']) })).toEqual(['base 1.5.0']);
    expect(await select(registry, ['a'], rest)).toEqual(['a 1.0.0', 'base 1.0.0']);
  });

  it('moves nowhere when the registry has lost it', async () => {
    const rest = { installed: installed('a 1.0.0'), move: 'all' as const };
    expect(await select(listed(), [], rest)).toEqual(['a 1.0.0']);
  });
});

describe('an override', () => {
  const registry = listed('a 1.0.0: base>=2.0.0', 'base 1.0.0', 'base 1.5.0', 'base 2.0.0');

  it('decides whatever others ask for, as a version or as a range', async () => {
    expect(await select(registry, ['a'], { overrides: new Map([['base', '1.0.0']]) })).toEqual([
      'a 1.0.0',
      'base 1.0.0',
    ]);
    expect(await select(registry, ['a'], { overrides: new Map([['base', '<2.0.0']]) })).toEqual([
      'a 1.0.0',
      'base 1.5.0',
    ]);
  });

  it('moves what is installed', async () => {
    const rest = { installed: installed('base 2.0.0'), overrides: new Map([['base', '1.0.0']]) };
    expect(await select(registry, ['a'], rest)).toEqual(['a 1.0.0', 'base 1.0.0']);
  });

  it('is shown as such', async () => {
    const missing = await refusal(registry, ['a'], { overrides: new Map([['base', '9.0.0']]) });
    expect(missing.message).toBe(
      'a 1.0.0 needs base ==9.0.0 (forced by an override), but there is only base 2.0.0, 1.5.0 and 1.0.0; so a cannot be installed.',
    );
    const against = await refusal(registry, ['base >=2.0.0'], { overrides: new Map([['base', '1.0.0']]) });
    expect(against.message).toContain('an override forces base ==1.0.0');
    expect(against.hint).toBe('Change or remove the override.');
  });

  it('that is no range is refused', async () => {
    expect(await refusal(registry, ['a'], { overrides: new Map([['base', 'newest']]) })).toMatchObject({
      code: 'RANGE_INVALID',
    });
  });
});

describe('what is asked for', () => {
  it('comes first in the answer, in its order, and twice the same name has to suit both', async () => {
    const registry = listed('a 1.0.0', 'a 2.0.0', 'b 1.0.0: z', 'z 1.0.0');
    expect(await select(registry, ['b', 'a', 'a <2.0.0'])).toEqual(['b 1.0.0', 'a 1.0.0', 'z 1.0.0']);
    const refused = await refusal(registry, ['a ==1.0.0', 'a ==2.0.0']);
    expect(refused.message).toContain('a ==1.0.0 and a ==2.0.0 cannot be installed together');
  });

  it('is led past a version that would close a circle', async () => {
    const registry = listed('a 1.0.0: b', 'b 1.0.0', 'b 2.0.0: a', 'b 3.0.0: c', 'c 1.0.0: b');
    expect(await select(registry, ['a'])).toEqual(['a 1.0.0', 'b 1.0.0']);
  });

  it('can be given up by its signal, also while a registry keeps silent', async () => {
    const offer = () => new Promise<never>(() => undefined);
    const waiting = select(listed('a 1.0.0: b'), ['a'], { offer, signal: AbortSignal.timeout(20) });
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('that takes too many steps to settle is given up', async () => {
    // More pigeons than holes, and no two in one.
    const names = Array.from({ length: 12 }, (_, at) => `p${at}`);
    const lines = names.flatMap((name, place) =>
      Array.from({ length: 11 }, (_, at) => {
        const needs = names.slice(place + 1).map((other) => `${other}!=${at + 1}.0.0`);
        return `${name} ${at + 1}.0.0: ${needs.join('; ')}`;
      }),
    );
    const refused = await refusal(listed(...lines), names, { maxSteps: 20_000 });
    expect(refused).toMatchObject({ code: 'DEPENDENCY_UNSATISFIED', cause: { code: 'SOLVER_LIMIT' } });
    expect(refused.message).toMatch(/^Gave up looking for versions that fit together for p0, p1/);
    const computing = select(listed(...lines), names, { signal: AbortSignal.timeout(50) });
    await expect(computing).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describe('a range as a set', () => {
  const version = fc
    .array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 3 })
    .map((groups) => groups.join('.'));
  const comparator = fc
    .tuple(fc.constantFrom('==', '!=', '>=', '<=', '>', '<', '~='), version)
    .map((parts) => parts.join(''));

  it('holds exactly the versions that satisfy it', () => {
    fc.assert(
      fc.property(fc.array(comparator, { maxLength: 3 }), version, (comparators, one) => {
        const range = comparators.join(',');
        expect(rangeSet(range).has(one)).toBe(satisfies(one, range));
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['1.2.0', '==1.2.0'],
    [' >=1.0.0 , <2.0.0,', '>=1.0.0,<2.0.0'],
    ['', ''],
  ])('%j is written %j', (range, text) => expect(rangeSet(range).toString()).toBe(text));

  it('knows numbers of any size', () => {
    expect(rangeSet('~=9007199254740993.1').has('9007199254740993.5')).toBe(true);
    expect(rangeSet('~=9007199254740993.1').has('9007199254740994.0')).toBe(false);
  });
});
