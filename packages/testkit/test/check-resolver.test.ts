import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { MarketplaceError } from '@agentmesh/errors';
import { checkResolver, type ResolverContract } from '@agentmesh/testkit';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { expectBroken } from './expect-broken.js';
import { createFakeResolver, type ResolverFaults, releaseHanging, SECRET, upstream } from './fake-resolver.js';

function contractOf(faults: ResolverFaults = {}): ResolverContract {
  return {
    createResolver: () => createFakeResolver(faults),
    known: { spec: 'one', name: 'one' },
    other: { spec: 'two', name: 'two' },
    missing: 'three',
    hostile: ['ONE', 'one#main'],
    secret: [SECRET, 'another secret'],
    failing: ['failing'],
    refused: 'refused',
    hidden: 'hidden',
    moving: ['latest'],
    large: 'large',
    many: 'many',
    bomb: 'bomb',
    slow: 'slow',
    contacts: () => upstream.asked,
    active: () => upstream.active,
  };
}

const CHECKS = checkResolver(contractOf());
const HOSTILE = CHECKS.map((check) => check.name).filter((name) => name.endsWith('as a spec'));
const KNOWN = 'fetches a known source, whole and nothing beside it';
const MISSING = 'refuses a missing source with SOURCE_NOT_FOUND';
const DEADLINE = 'ends at a deadline with FETCH_TIMEOUT, or whole';
const LARGE = 'stops a large transfer at maxBytes, long before its end';
const DEADLINE_SLOW = 'ends a slow transfer at its deadline with FETCH_TIMEOUT';
const STOP_SLOW = 'stops a slow transfer within a second of a cancellation';
const MOVING = 'refuses what may move before any network use where pinned sources are required';
const ANSWER = 'shows no secret in its answer and in what it fetched';
const FAILING = 'ends in a documented code when the upstream fails, without its text';
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
  ['takes a large source whatever maxBytes says', { ignoresBytes: true }, [LARGE]],
  ['counts when all is there', { countsAtEnd: true }, [LARGE, 'stops at maxFiles while the files arrive']],
  ['unpacks bombs', { unpacksBombs: true }, ['stops a bomb with FETCH_TOO_LARGE']],
  ['does not stop a transfer', { ignoresSignal: true }, [STOP_SLOW]],
  ['leaves a connection open', { leavesWork: true }, [DEADLINE_SLOW, STOP_SLOW]],
  ['fetches what may move', { ignoresPinned: true }, [MOVING]],
  ['asks the upstream before it checks', { asksFirst: true }, [MOVING, HOSTILE[0] ?? '']],
  ['takes nothing for pinned', { pinsNothing: true }, ['takes what it resolved to where pinned sources are required']],
  ['writes a secret into the plugin', { writesSecret: true }, [ANSWER]],
  ['answers a secret', { answersSecret: true }, [ANSWER]],
  ['passes on what the upstream says', { throwsUpstream: true }, [FAILING]],
  [
    'calls every refusal a failure',
    { oneCode: 'FETCH_FAILED' },
    [
      'says SOURCE_UNAUTHORIZED when a credential is refused',
      'says SOURCE_NOT_FOUND of a private source without a credential',
    ],
  ],
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
    upstream.active = 0;
    for (const name of names) await expectBroken(checks, name);
    upstream.active = 0;
  });

  it('is wrong in any way that it checks', () => {
    upstream.active = 0;
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
