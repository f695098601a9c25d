import { type DEFAULT_FETCH_LIMITS, parseSource, SourceRegistry, type SourceResolver } from '@agentmesh/resolver';
import { describe, expect, it } from 'vitest';
import { SOURCE_CASES } from './source-cases.js';

const NOWHERE = '/nowhere/target';

function resolver(scheme: string): SourceResolver {
  return { scheme, fetch: async (spec) => ({ name: 'x', resolved: `${scheme}://${spec}` }) };
}

describe('SourceRegistry.register', () => {
  it('chains, and lists its schemes sorted', () => {
    const registry = new SourceRegistry()
      .register(resolver('npm'))
      .register(resolver('git+ssh'))
      .register(resolver('git'));
    expect(registry.schemes()).toEqual(['git', 'git+ssh', 'npm']);
    expect(registry.has('git')).toBe(true);
    expect(registry.has('GIT')).toBe(false);
  });

  it('refuses a second resolver of a scheme, unless told to replace', () => {
    const registry = new SourceRegistry().register(resolver('local'));
    expect(() => registry.register(resolver('local'))).toThrow(
      expect.objectContaining({ code: 'SOURCE_SCHEME_TAKEN' }),
    );
    expect(registry.register(resolver('local'), { replace: true }).schemes()).toEqual(['local']);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a function', () => undefined],
    ['no scheme', { fetch: async () => undefined }],
    ['no fetch', { scheme: 'x' }],
    ['an upper-case scheme', { ...resolver('x'), scheme: 'X' }],
    ['a scheme that begins with a digit', { ...resolver('x'), scheme: '1x' }],
    ['a scheme with its separator', { ...resolver('x'), scheme: 'x://' }],
    ['a scheme with a line end', { ...resolver('x'), scheme: 'x\n' }],
    ['an endless scheme', { ...resolver('x'), scheme: 'x'.repeat(65) }],
    ['an empty scheme', { ...resolver('x'), scheme: '' }],
  ])('refuses %s as a resolver', (_, candidate) => {
    const registry = new SourceRegistry();
    // @ts-expect-error a resolver in plain JavaScript
    expect(() => registry.register(candidate)).toThrow(expect.objectContaining({ code: 'RESOLVER_INVALID' }));
    expect(registry.schemes()).toEqual([]);
  });
});

describe('SourceRegistry.fetch picks a resolver', () => {
  const registry = new SourceRegistry().register(resolver('local')).register(resolver('github'));

  it.each(SOURCE_CASES.filter((each) => each.stage === 'registry'))('$id stops here: $why', async ({ input }) => {
    await expect(registry.fetch(parseSource(input ?? ''), NOWHERE)).rejects.toMatchObject({
      code: 'SOURCE_SCHEME_UNKNOWN',
      message: expect.stringContaining('known: github, local'),
    });
  });

  it.each(SOURCE_CASES.filter((each) => each.stage === 'resolver'))(
    '$id is left to the resolver: $why',
    ({ input }) => {
      expect(registry.has(parseSource(input ?? '').scheme)).toBe(true);
    },
  );

  it('names the scheme that was meant', async () => {
    const meant = { hint: 'Did you mean "local"?' };
    await expect(registry.fetch({ scheme: 'LOCAL', spec: 'x' }, NOWHERE)).rejects.toMatchObject(meant);
    await expect(registry.fetch({ scheme: 'lcoal', spec: 'x' }, NOWHERE)).rejects.toMatchObject(meant);
  });

  it('says so when no scheme is known, and shows no escape sequence', async () => {
    await expect(new SourceRegistry().fetch({ scheme: '\u001b[2J', spec: 'x' }, NOWHERE)).rejects.toMatchObject({
      message: 'No resolver for the scheme "\\u001b[2J"; known: none',
    });
  });

  it.each(['__proto__', 'constructor', 'toString'])('does not take %s for a scheme', async (scheme) => {
    await expect(registry.fetch({ scheme, spec: 'x' }, NOWHERE)).rejects.toMatchObject({
      code: 'SOURCE_SCHEME_UNKNOWN',
    });
  });

  it('refuses a spec over the limit and a limit that limits nothing, before any I/O', async () => {
    const source = { scheme: 'local', spec: 'abcd' };
    const refuse = (limits: Partial<typeof DEFAULT_FETCH_LIMITS>, code: string) =>
      expect(registry.fetch(source, NOWHERE, { limits })).rejects.toMatchObject({ code });
    await refuse({ maxSpecBytes: 3 }, 'SOURCE_SYNTAX');
    for (const value of [Number.NaN, 0, -1, 1.5, Number.POSITIVE_INFINITY]) {
      await refuse({ maxBytes: value }, 'LIMIT_INVALID');
      await refuse({ timeoutMs: value }, 'LIMIT_INVALID');
    }
  });
});
