import { checkProof, type Provider, solve } from '@agentmesh/solver';
import { describe, expect, it } from 'vitest';
import { compareNumbers, graph, need, providerOf, range } from './graph.js';

type Selection = Readonly<Record<string, string>>;

async function selection(lines: readonly string[], ...root: readonly string[]): Promise<Selection> {
  const found = await solve(root.map(need), providerOf(graph(...lines)));
  if (!found.solved) throw new Error(found.explain());
  return Object.fromEntries(found.selected);
}

/** The proof's prose, the proof itself being checked on the way. */
async function proof(lines: readonly string[], ...root: readonly string[]): Promise<string> {
  const needs = root.map(need);
  const provider = providerOf(graph(...lines));
  const found = await solve(needs, provider);
  if (found.solved) throw new Error(`Solved: ${[...found.selected].join(' ')}`);
  expect(await checkProof(found.proof, { root: needs, provider })).toBeUndefined();
  return found.explain();
}

describe('solving', () => {
  it('nothing takes nothing', async () => {
    expect(await selection(['a 1.0.0'])).toEqual({});
  });

  it('takes what is needed, directly and through others, and nothing else', async () => {
    const lines = ['menu 1.0.0: dropdown ^2.0.0', 'dropdown 2.0.0: icons', 'icons 1.0.0', 'other 1.0.0'];
    expect(await selection(lines, 'menu')).toEqual({ menu: '1.0.0', dropdown: '2.0.0', icons: '1.0.0' });
  });

  it('takes the newest that fits, and an older one where a decision would lead into a conflict', async () => {
    const lines = ['menu 1.0.0: icons ^1.0.0', 'menu 1.5.0: icons ^3.0.0', 'icons 1.0.0', 'icons 2.0.0', 'icons 3.0.0'];
    expect(await selection(lines, 'menu', 'icons <3.0.0')).toEqual({ menu: '1.0.0', icons: '1.0.0' });
  });

  it('goes back over several decisions when a conflict was caused by an early one', async () => {
    const lines = ['app 1.0.0: log ^1.0.0', 'app 2.0.0: net ^1.0.0', 'log 1.0.0', 'net 1.0.0: app ^1.0.0'];
    expect(await selection(lines, 'app >=1.0.0')).toEqual({ app: '1.0.0', log: '1.0.0' });
  });

  it('learns from a conflict of which a version satisfies a part only', async () => {
    const lines = [
      'app 1.0.0',
      'app 1.1.0: left ^1.0.0; right ^1.0.0',
      'left 1.0.0: shared >=1.0.0',
      'right 1.0.0: shared <2.0.0',
      'shared 2.0.0',
      'shared 1.0.0: target ^1.0.0',
      'target 2.0.0',
      'target 1.0.0',
    ];
    expect(await selection(lines, 'app ^1.0.0', 'target ^2.0.0')).toEqual({ app: '1.0.0', target: '2.0.0' });
  });

  it('tries all that is newer before it settles for the oldest', async () => {
    const lines = [
      'a 1.0.0',
      'a 2.0.0: b 1.0.0',
      'a 3.0.0: b 2.0.0; c',
      'b 1.0.0: a 1.0.0',
      'b 2.0.0: d',
      'c 1.0.0: d <1.0.0',
      'd 1.0.0',
    ];
    expect(await selection(lines, 'a')).toEqual({ a: '1.0.0' });
  });

  it('finds the one version of a shared dependency that suits all', async () => {
    const lines = [
      'a 1.0.0: shared >=2.0.0,<4.0.0',
      'b 1.0.0: shared >=3.0.0,<5.0.0',
      'shared 2.0.0',
      'shared 3.0.0',
      'shared 3.6.9',
      'shared 4.0.0',
      'shared 5.0.0',
    ];
    expect(await selection(lines, 'a', 'b')).toEqual({ a: '1.0.0', b: '1.0.0', shared: '3.6.9' });
  });

  it('takes an older dependent when its newest needs what another cannot have', async () => {
    const lines = [
      'a 1.0.0: shared <2.0.0',
      'b 1.0.0: shared',
      'b 2.0.0: shared >=2.0.0',
      'shared 1.0.0',
      'shared 2.0.0',
    ];
    expect(await selection(lines, 'a', 'b')).toEqual({ a: '1.0.0', b: '1.0.0', shared: '1.0.0' });
  });

  it('lets names need each other in a circle, and a version itself', async () => {
    const lines = ['a 1.0.0: b 1.0.0; a >=1.0.0', 'b 1.0.0: a 1.0.0', 'b 2.0.0'];
    expect(await selection(lines, 'a')).toEqual({ a: '1.0.0', b: '1.0.0' });
  });

  it('passes over a version that needs a version of itself which it is not', async () => {
    expect(await selection(['a 1.0.0', 'a 2.0.0: a <2.0.0'], 'a')).toEqual({ a: '1.0.0' });
  });

  it('passes over what cannot be used and what needs a name that is not there', async () => {
    expect(await selection(['a 1.0.0', 'a 2.0.0: ghost', 'a 3.0.0! is yanked'], 'a')).toEqual({ a: '1.0.0' });
  });

  it('gives what the root names first its newest version', async () => {
    const lines = ['a 1.0.0', 'a 2.0.0: c 1.0.0', 'b 1.0.0', 'b 2.0.0: c 2.0.0', 'c 1.0.0', 'c 2.0.0'];
    expect(await selection(lines, 'a', 'b')).toMatchObject({ a: '2.0.0', b: '1.0.0' });
    expect(await selection(lines, 'b', 'a')).toMatchObject({ a: '1.0.0', b: '2.0.0' });
  });

  it('follows the order of the provider, which may put a locked version first', async () => {
    const names = graph('a 1.0.0', 'a 2.0.0', 'a 3.0.0', 'b 1.0.0: a >=2.0.0');
    const locked: Provider<string> = {
      ...providerOf(names),
      versions: (name) => (name === 'a' ? ['1.0.0', '3.0.0', '2.0.0'] : ['1.0.0']),
    };
    const alone = await solve([need('a')], locked);
    expect(alone.solved && [...alone.selected]).toEqual([['a', '1.0.0']]);
    const both = await solve([need('b')], locked);
    expect(both.solved && both.selected.get('a')).toBe('3.0.0');
  });

  it('picks nothing of what may not go together', async () => {
    const provider = providerOf(graph('a 1.0.0', 'a 2.0.0', 'b 1.0.0', 'b 2.0.0'));
    const root = [need('a'), need('b')];
    const newest = { of: [need('a 2.0.0'), need('b 2.0.0')], reason: 'both write the same file' };
    const found = await solve(root, provider, { forbidden: [newest] });
    expect(found.solved && Object.fromEntries(found.selected)).toEqual({ a: '2.0.0', b: '1.0.0' });
    const any = { of: [need('a'), need('b')], reason: 'a and b write the same file' };
    const refused = await solve(root, provider, { forbidden: [any] });
    expect(refused.solved || refused.explain()).toBe(
      'a and b write the same file; so a and b cannot be installed together.',
    );
    const checked = refused.solved ? 'solved' : await checkProof(refused.proof, { root, provider, forbidden: [any] });
    expect(checked).toBeUndefined();
  });

  it('takes equal versions for one, the first of them', async () => {
    const provider: Provider<string> = {
      compare: compareNumbers,
      versions: () => ['1.0', '1.0.0', '0.9'],
      dependencies: () => [],
    };
    const found = await solve([need('a')], provider);
    expect(found.solved && found.selected.get('a')).toBe('1.0');
  });

  it('works with any set of versions that can answer has', async () => {
    const even = { has: (version: string) => Number.parseInt(version, 10) % 2 === 0, toString: () => 'even' };
    const provider = providerOf(graph('a 1.0.0', 'a 2.0.0', 'a 3.0.0', 'b 1.0.0', 'b 3.0.0'));
    const found = await solve([{ name: 'a', versions: even }], provider);
    expect(found.solved && found.selected.get('a')).toBe('2.0.0');
    const refused = await solve([{ name: 'b', versions: even }], provider);
    expect(refused.solved || refused.explain()).toBe(
      'b even is asked for, but there is only b 3.0.0 and 1.0.0; so b even cannot be installed.',
    );
  });

  it('asks the provider once for each answer, whatever it answers the second time', async () => {
    const asked: string[] = [];
    const provider = providerOf(
      graph('a 1.0.0: c 1.0.0', 'a 2.0.0: b', 'b 1.0.0: c 2.0.0', 'c 1.0.0', 'c 2.0.0: d', 'd 1.0.0'),
      { peek: false },
    );
    const counting: Provider<string> = {
      ...provider,
      versions: async (name) => {
        asked.push(name);
        return provider.versions(name);
      },
      dependencies: async (name, version) => {
        asked.push(`${name} ${version}`);
        return provider.dependencies(name, version);
      },
    };
    const found = await solve([need('a'), need('d <1.0.0 || 1.0.0'), need('c 1.0.0')], counting);
    expect(found.solved && Object.fromEntries(found.selected)).toEqual({ a: '1.0.0', c: '1.0.0', d: '1.0.0' });
    expect(asked).toEqual([...new Set(asked)]);
  });
});

describe('the proof says', () => {
  it('what stands against a version, as the issue has it', async () => {
    const lines = [
      'advanced-analyzer 1.0.0: base-validator >=2.0.0',
      'base-validator 1.0.0',
      'base-validator 2.0.0! needs agentmesh >=3.0.0 and this is 1.4.0',
    ];
    expect(await proof(lines, 'advanced-analyzer')).toBe(
      'advanced-analyzer 1.0.0 needs base-validator >=2.0.0, but base-validator 2.0.0 needs agentmesh >=3.0.0 and this is 1.4.0; so advanced-analyzer cannot be installed.',
    );
  });

  it('that a name is not there, or not in such a version', async () => {
    expect(await proof([], 'ghost')).toBe('ghost is asked for, but there is no ghost; so ghost cannot be installed.');
    const versions = [1, 2, 3, 4, 5, 6].map((major) => `b ${major}.0.0`);
    expect(await proof(['a 1.0.0: b >=7.0.0', ...versions], 'a')).toBe(
      'a 1.0.0 needs b >=7.0.0, but there is only b 6.0.0, 5.0.0, 4.0.0, 3.0.0 and 2 older; so a cannot be installed.',
    );
  });

  it('in the words of the provider why a name is not there', async () => {
    const provider = { ...providerOf(graph('a 1.0.0: ghost')), describe: () => 'is in no registry' };
    const found = await solve([need('a')], provider);
    expect(found.solved || found.explain()).toBe(
      'a 1.0.0 needs ghost, but ghost is in no registry; so a cannot be installed.',
    );
  });

  it('that two needs of the root leave nothing', async () => {
    expect(await proof(['a 1.0.0', 'a 2.0.0'], 'a 1.0.0', 'a 2.0.0')).toBe(
      'a ==1.0.0 is asked for, but a ==2.0.0 is asked for; so a ==1.0.0 and a ==2.0.0 cannot be installed together.',
    );
  });

  it('who disagrees about a shared dependency', async () => {
    const lines = ['a 1.0.0: d >=2.0.0', 'b 1.0.0: d <2.0.0', 'd 1.0.0', 'd 2.0.0'];
    expect(await proof(lines, 'a', 'b')).toBe(
      'a 1.0.0 needs d >=2.0.0, but b 1.0.0 needs d <2.0.0; so a and b cannot be installed together.',
    );
  });

  it('the reason of a root, where it gives one', async () => {
    const provider = providerOf(graph('a 1.0.0: b <2.0.0', 'b 1.0.0', 'b 2.0.0'));
    const found = await solve([need('b 2.0.0'), { ...need('a'), reason: 'a 1.0.0 is installed' }], provider);
    expect(found.solved || found.explain()).toBe(
      'a 1.0.0 needs b <2.0.0, but b ==2.0.0 is asked for and a 1.0.0 is installed; so b ==2.0.0 cannot be installed.',
    );
  });

  it('once what many versions share, as a range', async () => {
    const lines = [1, 2, 3, 4].map((major) => `a ${major}.0.0: b ^${major < 4 ? 5 : 6}.0.0`);
    expect(await proof([...lines, 'b 1.0.0'], 'a')).toBe(
      [
        'Every a <=3.0.0 needs b >=5.0.0,<6.0.0, but there is only b 1.0.0, and a 4.0.0 needs b >=6.0.0,<7.0.0, but there is only b 1.0.0; so a cannot be installed.',
      ].join('\n'),
    );
    expect(await proof(['a 1.0.0! is yanked', 'a 2.0.0! is yanked'], 'a')).toBe(
      'Every version of a is yanked; so a cannot be installed.',
    );
  });

  it('step after step along a line', async () => {
    const lines = ['app 1.0.0: ui ^2.0.0', 'ui 2.0.0: core ^3.0.0', 'core 1.0.0', 'core 3.0.0'];
    expect(await proof(lines, 'app ^1.0.0', 'core ^1.0.0')).toBe(
      'app 1.0.0 needs ui >=2.0.0,<3.0.0, but ui 2.0.0 needs core >=3.0.0,<4.0.0 and core >=1.0.0,<2.0.0 is asked for; so app >=1.0.0,<2.0.0 and core >=1.0.0,<2.0.0 cannot be installed together.',
    );
  });

  it('with numbers what it comes back to, where it branches', async () => {
    const lines = [
      'app 1.0.0: left ^1.0.0; store ^1.0.0',
      'app 1.1.0: right ^1.0.0; cache ^1.0.0',
      'left 1.0.0: store ^2.0.0',
      'store 1.0.0',
      'store 2.0.0',
      'right 1.0.0: cache ^2.0.0',
      'cache 1.0.0',
      'cache 2.0.0',
    ];
    expect(await proof(lines, 'app ^1.0.0')).toBe(
      [
        '(1) app 1.1.0 needs right >=1.0.0,<2.0.0, but right 1.0.0 needs cache >=2.0.0,<3.0.0 and app 1.1.0 needs cache >=1.0.0,<2.0.0; so app 1.1.0 cannot be installed.',
        '(2) app 1.0.0 needs left >=1.0.0,<2.0.0, but left 1.0.0 needs store >=2.0.0,<3.0.0 and app 1.0.0 needs store >=1.0.0,<2.0.0; so app 1.0.0 cannot be installed.',
        'So by (1) and (2) app >=1.0.0,<2.0.0 cannot be installed.',
      ].join('\n'),
    );
  });

  it('what is left of a long story', async () => {
    const lines = Array.from(
      { length: 200 },
      (_, at) => `n${at} 1.0.0: n${at + 1} ${at % 2 === 0 ? '>=1.0.0' : '<2.0.0'}`,
    );
    const story = (await proof(lines, 'n0')).split('\n');
    expect(story[0]).toMatch(/^\(\d+ earlier steps are left out\.\)$/);
    expect(story).toHaveLength(31);
    expect(story.at(-1)).toMatch(/; so n0 cannot be installed\.$/);
  });

  it('nothing that a terminal would obey, though names, versions and reasons try', async () => {
    const evil = '\u001b[31mevil\u202e';
    const provider: Provider<string> = {
      compare: (a, b) => (a < b ? -1 : Number(a > b)),
      versions: () => [evil],
      dependencies: (name) => (name === 'a' ? [{ name: evil, versions: range('') }] : { unusable: `is ${evil}` }),
    };
    const found = await solve([need('a')], provider);
    const text = found.solved ? '' : found.explain();
    expect(text).toContain('\\u001b[31mevil');
    expect(text.includes('\u001b') || text.includes('\u202e')).toBe(false);
  });
});
