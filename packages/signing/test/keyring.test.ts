import { createManifest, type ManifestFields, withFields } from '@agentmesh/manifest';
import { Keyring, keyId, PluginSigner, publicKeyPem, type TrustedKeys, toKeyring } from '@agentmesh/signing';
import { describe, expect, it } from 'vitest';

const FIELDS: ManifestFields = {
  name: 'demo',
  version: '1.0.0',
  description: 'Says hello.',
  author: 'Alice',
  plugin_type: 'agent',
};
const [first, second, stranger] = [1, 2, 3].map((value) => new PluginSigner(Buffer.alloc(32, value))) as [
  PluginSigner,
  PluginSigner,
  PluginSigner,
];
const manifest = createManifest(FIELDS);
const now = new Date('2026-06-01T12:00:00Z');
const code = (name: string, ...texts: string[]) =>
  expect.objectContaining({
    code: name,
    message: expect.stringMatching(new RegExp(texts.map((text) => `(?=[^]*${text})`).join(''))),
  });

function keyringOf(...signers: PluginSigner[]): Keyring {
  return Keyring.from({ Alice: signers.map(({ publicKey }) => publicKey) });
}

describe('Keyring.verify', () => {
  it('finds the key that signed among all of the author', () => {
    const keyring = keyringOf(first, second);
    expect(keyring.verify(second.sign(manifest), { now })).toEqual({ author: 'Alice', keyId: second.keyId });
    expect(keyring.verify(first.sign(manifest))).toEqual({ author: 'Alice', keyId: first.keyId });
  });

  it('refuses an unsigned manifest, known author or not', () => {
    for (const keyring of [keyringOf(first), new Keyring()]) {
      expect(() => keyring.verify(manifest, { now })).toThrow(code('SIGNATURE_MISSING', 'demo 1.0.0'));
      expect(() => keyring.verify(withFields(manifest, { signature: '' }), { now })).toThrow(code('SIGNATURE_MISSING'));
    }
  });

  it('refuses an unknown author, and an empty keyring refuses everyone', () => {
    const signed = first.sign(withFields(manifest, { author: 'Mallory' }));
    expect(() => keyringOf(first).verify(signed, { now })).toThrow(code('UNTRUSTED_AUTHOR', 'Mallory'));
    expect(() => new Keyring().verify(first.sign(manifest), { now })).toThrow(code('UNTRUSTED_AUTHOR'));
    expect(() => Keyring.from({ Alice: [] }).verify(first.sign(manifest), { now })).toThrow(code('UNTRUSTED_AUTHOR'));
  });

  it.each(['alice', 'Alice ', 'Alice\u200b', '\u0410lice', 'Ａlice'])('does not take %j for Alice', (author) => {
    const signed = first.sign(withFields(manifest, { author }));
    expect(() => keyringOf(first).verify(signed, { now })).toThrow(code('UNTRUSTED_AUTHOR'));
  });

  it('compares names as they are written: composed and decomposed are two authors', () => {
    const signed = first.sign(withFields(manifest, { author: 'Zoe\u0308' }));
    expect(() => Keyring.from({ 'Zo\u00eb': first.publicKey }).verify(signed, { now })).toThrow(
      code('UNTRUSTED_AUTHOR'),
    );
    expect(Keyring.from({ 'Zoe\u0308': first.publicKey }).verify(signed, { now }).keyId).toBe(first.keyId);
  });

  it('refuses what another key signed under the author’s name, and lists the keys tried by id', () => {
    const verify = () => keyringOf(first, second).verify(stranger.sign(manifest), { now });
    expect(verify).toThrow(
      code('SIGNATURE_INVALID', first.keyId.replace('+', '\\+'), second.keyId.replace('+', '\\+')),
    );
    expect(verify).toThrow(expect.objectContaining({ message: expect.not.stringContaining('BEGIN PUBLIC') }));
  });

  it('lists at most five keys', () => {
    const many = Array.from({ length: 9 }, () => PluginSigner.generate());
    expect(() => keyringOf(...many).verify(stranger.sign(manifest), { now })).toThrow(
      code('SIGNATURE_INVALID', 'and 4 more'),
    );
  });

  it.each<[string, Partial<ManifestFields>]>([
    ['description', { description: 'Says goodbye.' }],
    ['version', { version: '1.0.1' }],
    ['digest', { content_digest: `h1:${Buffer.alloc(32).toString('base64')}` }],
    ['permissions', { permissions: { net: ['example.org:443'] } }],
    ['extension', { 'x-note': 'y' }],
  ])('refuses a copy with another %s', (_, changes) => {
    const changed = withFields(first.sign(manifest), changes);
    expect(() => keyringOf(first).verify(changed, { now })).toThrow(code('SIGNATURE_INVALID'));
  });

  it.each(['no base64!', 'AAAA', `${Buffer.alloc(63).toString('base64')}`, `${Buffer.alloc(64).toString('base64')}\n`])(
    'refuses the signature %j',
    (signature) => {
      expect(() => keyringOf(first).verify(withFields(manifest, { signature }), { now })).toThrow(
        code('SIGNATURE_INVALID'),
      );
    },
  );
});

describe('validity and revocation', () => {
  const window = { validFrom: new Date('2026-01-01T00:00:00Z'), validUntil: new Date('2027-01-01T00:00:00Z') };
  const signed = first.sign(manifest);

  it.each([
    ['2025-12-31T23:59:59.999Z', 'UNTRUSTED_AUTHOR', 'not valid before 2026-01-01T00:00:00.000Z'],
    ['2026-01-01T00:00:00.000Z', undefined, ''],
    ['2026-12-31T23:59:59.999Z', undefined, ''],
    ['2027-01-01T00:00:00.000Z', 'UNTRUSTED_AUTHOR', 'expired at 2027-01-01T00:00:00.000Z'],
  ])('at %s the answer is %s', (moment, refused, text) => {
    const keyring = new Keyring();
    keyring.trust({ author: 'Alice', key: first.publicKey, ...window });
    const verify = () => keyring.verify(signed, { now: new Date(moment) });
    if (refused === undefined) expect(verify().keyId).toBe(first.keyId);
    else expect(verify).toThrow(code(refused, text));
  });

  it('an invalid moment lies outside every window', () => {
    const keyring = new Keyring();
    keyring.trust({ author: 'Alice', key: first.publicKey, ...window });
    expect(() => keyring.verify(signed, { now: new Date(Number.NaN) })).toThrow(code('UNTRUSTED_AUTHOR'));
  });

  it('a revoked key never verifies again, for no author, and says why', () => {
    const keyring = keyringOf(first, second);
    keyring.trust({ author: 'Bob', key: first.publicKey });
    const at = new Date('2026-05-01T00:00:00Z');
    expect(keyring.revoke(first.keyId, { at, reason: 'laptop stolen' })).toHaveLength(2);
    const early = new Date('2020-01-01T00:00:00Z');
    for (const author of ['Alice', 'Bob']) {
      const manifestOf = first.sign(withFields(manifest, { author }));
      expect(() => keyring.verify(manifestOf, { now: early })).toThrow(
        code('UNTRUSTED_AUTHOR', 'revoked at 2026-05-01T00:00:00.000Z: laptop stolen'),
      );
    }
    expect(keyring.verify(second.sign(manifest), { now }).keyId).toBe(second.keyId);
  });

  it('a key revoked without a word is told as revoked', () => {
    const keyring = keyringOf(first);
    keyring.revoke(first.keyId);
    expect(() => keyring.verify(signed, { now })).toThrow(code('UNTRUSTED_AUTHOR', 'was revoked$'));
    expect(() => keyring.verify(stranger.sign(manifest), { now })).toThrow(code('SIGNATURE_INVALID'));
  });

  it('a revoked key cannot be trusted again by mistake', () => {
    const keyring = keyringOf(first);
    keyring.revoke(first.keyId);
    for (const author of ['Alice', 'Bob']) {
      expect(() => keyring.trust({ author, key: first.publicKey })).toThrow(code('KEY_REVOKED'));
    }
    expect(keyring.entries()).toHaveLength(1);
  });

  it('an unknown key cannot be revoked', () => {
    expect(() => keyringOf(first).revoke(second.keyId)).toThrow(code('KEY_NOT_FOUND'));
    expect(() => keyringOf(first).revoke('\u001b[2J')).toThrow(code('KEY_NOT_FOUND', 'u001b'));
  });

  it('a reason with an escape sequence is refused', () => {
    const keyring = keyringOf(first);
    expect(() => keyring.revoke(first.keyId, { reason: 'x\u001b[2J' })).toThrow(code('KEYRING_INVALID'));
    expect(keyring.verify(signed, { now }).keyId).toBe(first.keyId);
  });
});

describe('Keyring.trust', () => {
  it('keeps several keys an author and answers what it trusts', () => {
    const keyring = new Keyring();
    expect(keyring.trust({ author: 'Alice', key: publicKeyPem(first.publicKey) })).toMatchObject({
      author: 'Alice',
      keyId: first.keyId,
    });
    keyring.trust({ author: 'Alice', key: second.publicKey });
    expect(keyring.keysOf('Alice').map((key) => key.keyId)).toEqual([first.keyId, second.keyId]);
    expect(keyring.keysOf('Bob')).toEqual([]);
  });

  it('gives a key that is there already its new window, in its place', () => {
    const keyring = keyringOf(first, second);
    const validUntil = new Date('2026-12-01');
    keyring.trust({ author: 'Alice', key: first.publicKey, validUntil });
    expect(keyring.keysOf('Alice')).toMatchObject([{ keyId: first.keyId, validUntil }, { keyId: second.keyId }]);
  });

  it.each(['', '  ', 'A\u0007', 'A\nB', 'A\u202eB', 'A\u200bB', '\ud800', 'A\u009b'])(
    'refuses the author %j',
    (author) => {
      expect(() => new Keyring().trust({ author, key: first.publicKey })).toThrow(code('KEYRING_INVALID'));
    },
  );

  it.each([
    ['ends before it begins', { validFrom: new Date('2026-02-01'), validUntil: new Date('2026-01-01') }],
    ['is empty', { validFrom: new Date('2026-02-01'), validUntil: new Date('2026-02-01') }],
    ['is no date', { validFrom: new Date('never') }],
    ['lies beyond what the file can say', { validUntil: new Date(8.64e15) }],
  ])('refuses a window that %s', (_, window) => {
    const keyring = new Keyring();
    expect(() => keyring.trust({ author: 'Alice', key: first.publicKey, ...window })).toThrow(code('KEYRING_INVALID'));
    expect(keyring.entries()).toEqual([]);
  });

  it('refuses a key of small order', () => {
    const key = Buffer.from([1, ...new Uint8Array(31)]);
    expect(() => new Keyring().trust({ author: 'Alice', key })).toThrow(code('KEY_INVALID', 'small order'));
  });
});

describe('toKeyring', () => {
  const raw = Buffer.from(first.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');

  it.each<[string, TrustedKeys]>([
    ['a record with a KeyObject', { Alice: first.publicKey }],
    ['a record with a PEM', { Alice: publicKeyPem(first.publicKey) }],
    ['a record with raw bytes', { Alice: raw }],
    ['a record with a list', { Alice: [second.publicKey, raw] }],
    ['a record without a prototype', Object.assign(Object.create(null), { Alice: raw })],
    ['a Map', new Map([['Alice', [raw]]])],
    ['a Keyring', keyringOf(first)],
  ])('takes %s', (_, trusted) => {
    expect(toKeyring(trusted).verify(first.sign(manifest), { now }).keyId).toBe(keyId(raw));
  });

  it('gives a keyring back as it is, and Keyring.from copies it', () => {
    const keyring = keyringOf(first);
    expect(toKeyring(keyring)).toBe(keyring);
    const copy = Keyring.from(keyring);
    keyring.revoke(first.keyId);
    expect(copy.verify(first.sign(manifest), { now }).keyId).toBe(first.keyId);
    expect(() => Keyring.from(keyring).verify(first.sign(manifest), { now })).toThrow(code('UNTRUSTED_AUTHOR'));
  });

  it('trusts only own properties: neither __proto__ nor toString is an author', () => {
    const record = Object.create({ Alice: first.publicKey }) as Record<string, Buffer>;
    expect(() => toKeyring(record)).toThrow(code('KEYRING_INVALID', 'plain record'));
    for (const author of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const signed = first.sign(withFields(manifest, { author }));
      expect(() => toKeyring({ Alice: raw }).verify(signed, { now })).toThrow(code('UNTRUSTED_AUTHOR'));
      const own = JSON.parse(`{ ${JSON.stringify(author)}: ${JSON.stringify(publicKeyPem(raw))} }`) as Record<
        string,
        string
      >;
      expect(toKeyring(own).verify(signed, { now })).toEqual({ author, keyId: first.keyId });
    }
  });

  it.each<[string, unknown]>([
    ['a class instance', new (class Foo {})()],
    ['an array', [first.publicKey]],
    ['a PEM', publicKeyPem(first.publicKey)],
    ['null', null],
    ['a function', () => ({})],
  ])('refuses %s instead of taking it for an empty keyring', (_, value) => {
    // The types forbid these; a caller in JavaScript has none.
    expect(() => toKeyring(value as TrustedKeys)).toThrow(code('KEYRING_INVALID'));
  });

  it('refuses a key that is none', () => {
    expect(() => toKeyring({ Alice: 'ssh-ed25519 AAAA' })).toThrow(code('KEY_INVALID'));
    expect(() => toKeyring({ Alice: undefined as unknown as string })).toThrow(code('KEY_INVALID'));
  });
});
