import type { ManifestFields } from '@agentmesh/manifest';
import type { EntryStatus, RegistryEntry } from '@agentmesh/registry';
import { Keyring, PluginSigner } from '@agentmesh/signing';
import { describe, expect, it } from 'vitest';
import { refuseUntrusted } from '../src/dependencies/refuse-untrusted.js';
import { type StandingRules, standingOf } from '../src/dependencies/standing.js';
import { AUTHOR, manifestOf } from './workshop.js';

const NOW = new Date('2026-06-15T12:00:00Z');
const DAY = 86_400_000;
const rules: StandingRules = { now: () => NOW };

function entry(fields: Partial<ManifestFields> = {}, rest: Partial<RegistryEntry> = {}): RegistryEntry {
  return { manifest: manifestOf({ name: 'a', ...fields }), status: { state: 'active' }, ...rest };
}

describe('how a version of the registry stands', () => {
  it('free, when nothing is said against it', () => {
    expect(standingOf(entry(), rules)).toEqual({});
  });

  it.each<[EntryStatus, object]>([
    [{ state: 'yanked', reason: 'it loses data' }, { refusal: { reason: 'is yanked: it loses data' } }],
    [{ state: 'yanked' }, { refusal: { reason: 'is yanked' } }],
    [{ state: 'deprecated', reason: 'old', successor: 'b' }, { lastResort: 'is deprecated: old; b takes its place' }],
  ])('%j, unless it is asked for exactly or installed', (status, standing) => {
    expect(standingOf(entry({}, { status }), rules)).toEqual(standing);
    expect(standingOf(entry({}, { status }), { ...rules, evenWithdrawn: (version) => version === '1.0.0' })).toEqual(
      {},
    );
    expect(standingOf(entry({}, { status }), { ...rules, evenWithdrawn: () => false })).toEqual(standing);
  });

  it('refused on a host that is too old for it', () => {
    const wants = entry({ min_agentmesh_version: '3.0.0' });
    const code = 'HOST_TOO_OLD';
    const reason = 'needs agentmesh >=3.0.0 and this is 1.4.0';
    expect(standingOf(wants, { ...rules, agentmeshVersion: '1.4.0' })).toEqual({ refusal: { reason, code } });
    expect(standingOf(wants, { ...rules, agentmeshVersion: '3.0' })).toEqual({});
  });

  it.each([
    [new Date(NOW.getTime() - 3 * DAY).toISOString(), undefined],
    [new Date(NOW.getTime() - 3 * DAY + 1).toISOString(), 'was published 2 days ago, and the minimum age is 3 days'],
    [new Date(NOW.getTime() - 3_600_000).toISOString(), 'was published 1 hour ago, and the minimum age is 3 days'],
    [new Date(NOW.getTime() + DAY).toISOString(), 'is dated in the future, and the minimum age is 3 days'],
    ['yesterday', 'does not say when it was published, and the minimum age is 3 days'],
    [undefined, 'does not say when it was published, and the minimum age is 3 days'],
  ])('published at %s against a minimum age of three days: %s', (publishedAt, reason) => {
    const young = entry({}, publishedAt === undefined ? {} : { publishedAt });
    const standing = reason === undefined ? {} : { refusal: { reason, code: 'VERSION_TOO_YOUNG' } };
    expect(standingOf(young, { ...rules, minimumAgeMs: 3 * DAY })).toEqual(standing);
    expect(standingOf(young, { ...rules, minimumAgeMs: 0 })).toEqual({});
  });
});

describe('what could not be trusted once it is fetched', () => {
  const signer = PluginSigner.generate();
  const keyring = Keyring.from({ [AUTHOR]: signer.publicKey });
  const artifact = { integrity: 'sha512-', size: 1 };
  const digest = `h1:${Buffer.alloc(32).toString('base64')}`;

  function signed(fields: Partial<ManifestFields>, by: PluginSigner = signer): RegistryEntry {
    return { ...entry({}, { artifact }), manifest: by.sign(manifestOf({ name: 'a', ...fields })) };
  }

  it.each([
    ['an unsigned version', entry({}, { artifact }), 'SIGNATURE_MISSING'],
    ['an author whom nobody trusts', signed({ author: 'Eve', content_digest: digest }), 'UNTRUSTED_AUTHOR'],
    [
      'another key than the trusted one',
      signed({ content_digest: digest }, PluginSigner.generate()),
      'SIGNATURE_INVALID',
    ],
    ['a signature that does not reach the files', signed({}), 'DIGEST_MISSING'],
  ])('%s is refused', (_, version, code) => {
    expect(refuseUntrusted(version, { keyring, now: () => NOW })).toMatchObject({ code });
    expect(refuseUntrusted(version, { keyring: undefined, now: () => NOW })).toBeUndefined();
  });

  it('a trusted signature is not', () => {
    expect(refuseUntrusted(signed({ content_digest: digest }), { keyring, now: () => NOW })).toBeUndefined();
    const { artifact: _, ...manifestOnly } = signed({});
    expect(refuseUntrusted(manifestOnly, { keyring, now: () => NOW })).toBeUndefined();
  });
});
