import { isMarketplaceError } from '@agentmesh/errors';
import { type Needs, type Provider, type SolveOptions, solve } from '@agentmesh/solver';
import { describe, expect, it } from 'vitest';
import { compareNumbers, graph, need, providerOf, range } from './graph.js';

async function failure(provider: Provider<string>, options: SolveOptions<string> = {}): Promise<string> {
  try {
    await solve([need('a')], provider, options);
  } catch (error) {
    if (isMarketplaceError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error('Expected the search to fail');
}

/** Every hole has to take another of too few pigeons, which no learning makes short. */
function pigeons(count: number): Provider<string> {
  const others = (name: string): readonly string[] =>
    Array.from({ length: count }, (_, at) => `p${at}`).filter((one) => one !== name);
  const versions = Array.from({ length: count - 1 }, (_, at) => `${at + 1}.0.0`);
  return {
    compare: compareNumbers,
    versions: (name) => (name === 'a' ? ['1.0.0'] : versions),
    dependencies: (name, version): Needs<string> =>
      others(name).map((other) => ({ name: other, versions: range(name === 'a' ? '' : `!=${version}`) })),
  };
}

describe('a provider that means harm', () => {
  it('with names without end meets a limit', async () => {
    const endless: Provider<string> = {
      compare: compareNumbers,
      versions: () => ['1.0.0'],
      dependencies: (name) => [need(`${name}x`)],
    };
    expect(await failure(endless, { limits: { maxNames: 50 } })).toMatch(/^SOLVER_LIMIT .*maxNames is 50/);
  });

  it('with too many versions of a name, or dependencies of a version, meets a limit', async () => {
    const many = Array.from({ length: 11 }, (_, at) => `${at + 1}.0.0`);
    const versions: Provider<string> = { compare: compareNumbers, versions: () => many, dependencies: () => [] };
    expect(await failure(versions, { limits: { maxVersions: 10 } })).toMatch(/^SOLVER_LIMIT Too many versions of a /);
    const wide: Provider<string> = { ...versions, dependencies: () => many.map((_, at) => need(`b${at}`)) };
    expect(await failure(wide, { limits: { maxDependencies: 10 } })).toMatch(
      /^SOLVER_LIMIT Too many dependencies of a 1.0.0 /,
    );
  });

  it('with a riddle that takes for ever is given up', async () => {
    expect(await failure(pigeons(12), { limits: { maxSteps: 300_000 } })).toMatch(/^SOLVER_LIMIT Gave up .*maxSteps/);
  });

  it('cannot keep an abort from being heard, neither while it computes nor while it waits', async () => {
    const computing = solve([need('a')], pigeons(12), { signal: AbortSignal.timeout(50) });
    await expect(computing).rejects.toMatchObject({ name: 'TimeoutError' });
    const silent: Provider<string> = { ...pigeons(3), versions: () => new Promise(() => undefined) };
    const waiting = solve([need('a')], silent, { signal: AbortSignal.timeout(50) });
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
    const deaf: Provider<string> = { ...pigeons(3), dependencies: () => new Promise(() => undefined) };
    await expect(solve([need('a')], deaf, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    await expect(solve([need('a')], pigeons(3), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
  });

  it('that fails has its error passed on', async () => {
    const broken: Provider<string> = {
      ...providerOf(graph('a 1.0.0')),
      dependencies: () => Promise.reject(new Error('database down')),
    };
    await expect(solve([need('a')], broken)).rejects.toThrow('database down');
  });

  it('with names like those of built-in properties is nothing special', async () => {
    const provider = providerOf(
      graph('a 1.0.0: __proto__; constructor', '__proto__ 1.0.0: toString', 'constructor 1.0.0', 'toString 1.0.0'),
    );
    const found = await solve([need('a')], provider);
    expect(found.solved && [...found.selected.keys()].sort()).toEqual(['__proto__', 'a', 'constructor', 'toString']);
  });
});
