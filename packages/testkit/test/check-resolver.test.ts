import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { MarketplaceError } from '@agentmesh/errors';
import { checkResolver, type ResolverContract } from '@agentmesh/testkit';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { expectBroken } from './expect-broken.js';
import { createFakeResolver, type ResolverFaults, releaseHanging, SECRET } from './fake-resolver.js';

function contractOf(faults: ResolverFaults = {}): ResolverContract {
  return {
    createResolver: () => createFakeResolver(faults),
    known: { spec: 'one', name: 'one' },
    other: { spec: 'two', name: 'two' },
    missing: 'three',
    hostile: ['ONE', 'one#main'],
    secret: SECRET,
  };
}

const CHECKS = checkResolver(contractOf());
const HOSTILE = CHECKS.map((check) => check.name).filter((name) => name.endsWith('as a spec'));
const KNOWN = 'fetches a known source, whole and nothing beside it';
const MISSING = 'refuses a missing source with SOURCE_NOT_FOUND';
const DEADLINE = 'ends at a deadline with FETCH_TIMEOUT, or whole';
const AT_ONCE = 'ends within a second when cancelled at once';

function leak(where: 'message' | 'cause'): () => unknown {
  const upstream = new Error(`fatal: https://user:${SECRET}@host/`);
  return () =>
    new MarketplaceError(where === 'message' ? upstream.message : 'Not there', {
      code: 'SOURCE_NOT_FOUND',
      cause: upstream,
    });
}

/** What is wrong, and the checks that have to see it. */
const FAULTS: readonly (readonly [string, ResolverFaults, readonly string[]])[] = [
  ['has an upper-case scheme', { scheme: 'FAKE' }, ['has a scheme that a registry takes']],
  ['answers another name', { name: 'uno' }, [KNOWN]],
  ['answers no revision but an empty one', { revision: '' }, [KNOWN]],
  ['resolves to another scheme', { resolved: () => 'local://one' }, [KNOWN]],
  ['fetches one file of many', { oneFile: true }, [KNOWN]],
  ['leaves a file beside the target', { litter: true }, [KNOWN]],
  [
    'resolves to another source',
    { resolved: (spec) => `fake://${spec === 'one' ? 'two' : 'one'}`, name: 'one' },
    ['answers a resolved source that fetches the same files again'],
  ],
  ['counts its progress down', { progressBackwards: true }, ['reports progress that never goes back']],
  ['answers a plain error', { missing: () => new Error('x') }, [MISSING]],
  ['answers a code of its own', { missing: () => new MarketplaceError('x', { code: 'HTTP_404' }) }, [MISSING]],
  ['answers the wrong code', { missing: () => new MarketplaceError('x', { code: 'FETCH_FAILED' }) }, [MISSING]],
  ['tells a secret in a message', { missing: leak('message') }, [MISSING]],
  ['tells a secret in a cause', { missing: leak('cause') }, [MISSING]],
  ['takes every spec', { acceptsAll: true }, HOSTILE],
  ['calls a hostile spec missing', { syntaxCode: 'SOURCE_NOT_FOUND' }, HOSTILE],
  ['works before it checks', { touchesFirst: true }, HOSTILE],
  ['counts one file too many', { miscounts: true }, ['takes a plugin that has just as many files as it may']],
  ['does not count files', { ignoresFiles: true }, ['stops at maxFiles with FETCH_TOO_LARGE']],
  ['does not count bytes', { ignoresBytes: true }, ['stops at maxBytes with FETCH_TOO_LARGE']],
  ['leaves a file beside the target when it fails', { litterOnFailure: true }, [DEADLINE]],
  ['ignores its signal', { ignoresSignal: true }, ['fetches nothing for a signal that aborted before', AT_ONCE]],
  ['hangs when it is cancelled', { hangsOnAbort: true }, [AT_ONCE]],
  [
    'leaves a half plugin when it is cancelled',
    { keepsPartial: true },
    ['leaves nothing when cancelled at a random moment'],
  ],
  [
    'answers with a half plugin when it is cancelled',
    { answersPartial: true },
    ['leaves nothing when cancelled at a random progress report'],
  ],
  ['mixes parallel fetches', { sharesState: true }, ['keeps parallel fetches apart']],
  ['fails with its neighbours', { failsTogether: true }, ['lets a fetch succeed while others beside it fail']],
];

afterAll(() =>
  vi.waitFor(() => {
    expect(releaseHanging().filter((target) => existsSync(dirname(target)))).toEqual([]);
  }),
);

describe('checkResolver passes a resolver that keeps the contract', () => {
  for (const check of CHECKS) it(check.name, check.run);
});

describe('checkResolver finds a resolver that', () => {
  it.each(FAULTS)('%s', async (_, faults, names) => {
    const checks = checkResolver(contractOf(faults));
    for (const name of names) await expectBroken(checks, name);
  });

  it('is wrong in any way that it checks', () => {
    const seen = new Set(FAULTS.flatMap(([, , names]) => names));
    expect([...seen].sort()).toEqual(CHECKS.map((check) => check.name).sort());
  });
});

describe('checkResolver', () => {
  it('names a hostile spec of the caller by its text, and takes codes of the resolver', async () => {
    expect(HOSTILE).toContain("refuses 'one#main' as a spec");
    const gone = { missing: () => new MarketplaceError('x', { code: 'FAKE_GONE' }) };
    const checks = checkResolver({ ...contractOf(gone), codes: ['FAKE_GONE'] });
    await expect(checks.find((check) => check.name === MISSING)?.run()).rejects.toThrow('Wrong code');
  });
});
