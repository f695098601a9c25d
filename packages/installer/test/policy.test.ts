import type { InstallPolicy, PolicyDecision } from '@agentmesh/installer';
import { describe, expect, it } from 'vitest';
import { AUTHOR, createWorkshop, failure, snapshot } from './workshop.js';

/** What the README shows: only authors with a score of at least `least` may come in. */
function trustScore(scoreOf: (author: string) => Promise<number>, least: number): InstallPolicy {
  return {
    async beforeCommit({ manifest }) {
      const score = await scoreOf(manifest.author);
      if (score >= least) return { allow: true };
      return {
        deny: `${manifest.author} has a trust score of ${score}, at least ${least} is needed`,
        rule: 'trust-score',
      };
    },
  };
}

describe('a policy', () => {
  it('that looks up the trust score of authors lets in who has enough of it', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' });
    const scores = new Map([[AUTHOR, 700]]);
    const scoreOf = async (author: string): Promise<number> => scores.get(author) ?? 0;
    const refused = await failure(shop.installer({ policy: trustScore(scoreOf, 800) }).install('a'));
    expect(refused.code).toBe('POLICY_DENIED');
    expect(refused.message).toContain('trust-score');
    expect(refused.message).toContain('a trust score of 700');
    expect(await snapshot(shop.pluginsDir)).toEqual({});
    expect((await shop.installer({ policy: trustScore(scoreOf, 500) }).install('a')).manifest.name).toBe('a');
  });

  it('is asked about every source before it is read, and about every plugin with its key and digest', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'base' });
    await shop.local('mine', { name: 'mine', dependencies: ['base'] }, undefined, { sign: true });
    const asked: string[] = [];
    const policy: InstallPolicy = {
      beforeFetch: ({ scheme, spec }) => {
        asked.push(`${scheme}://${spec}`);
        return { allow: true };
      },
      beforeCommit: async ({ manifest, keyId, digest }) => {
        asked.push(`${manifest.name} ${keyId === shop.signer.keyId} ${digest === manifest.content_digest}`);
        return { allow: true };
      },
    };
    await shop.installer({ policy, trustedKeys: { [AUTHOR]: shop.signer.publicKey } }).install('local://mine');
    // Of what the registry lists it is asked before the files are fetched as well.
    expect(asked.slice(0, 3)).toEqual(['local://mine', 'registry://base', 'base true true']);
    expect(asked.slice(3).sort()).toEqual(['base true true', 'mine true true']);
  });

  it('refuses a source before anything is fetched', async () => {
    const shop = await createWorkshop();
    let fetched = 0;
    const sources = {
      has: () => true,
      fetch: () => {
        fetched += 1;
        return Promise.reject(new Error('fetched'));
      },
    };
    const policy = { beforeFetch: () => ({ deny: 'only the registry', rule: 'sources' }) };
    expect(await failure(shop.installer({ policy, sources }).install('x://y'))).toMatchObject({
      code: 'POLICY_DENIED',
    });
    expect(fetched).toBe(0);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('database down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('database down'))],
    ['answers nothing', () => undefined],
    ['answers true', () => true],
    ['answers { allow: false }', () => ({ allow: false })],
    ['answers both', () => ({ allow: true, deny: 'no', rule: 'r' })],
  ])('that %s denies', async (_, answer) => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' });
    // A policy in plain JavaScript may answer what its type forbids.
    const method = answer as () => PolicyDecision;
    for (const policy of [{ beforeFetch: method }, { beforeCommit: method }]) {
      expect(await failure(shop.installer({ policy }).install('a'))).toMatchObject({ code: 'POLICY_DENIED' });
    }
  });

  it.each(['beforeFetch', 'beforeCommit'] as const)('whose %s never answers holds up no abort', async (question) => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' });
    const abort = new AbortController();
    const asked = Promise.withResolvers<void>();
    const policy: InstallPolicy = {
      [question]: () => {
        asked.resolve();
        return new Promise<PolicyDecision>(() => undefined);
      },
    };
    const install = shop.installer({ policy }).install('a', { signal: abort.signal });
    await asked.promise;
    abort.abort(new Error('enough'));
    await expect(install).rejects.toThrow('enough');
    expect(await snapshot(shop.pluginsDir)).toEqual({});
    expect((await shop.installer().install('a')).manifest.name).toBe('a');
  });
});
