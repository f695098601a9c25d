import { generateKeyPairSync, KeyObject, webcrypto } from 'node:crypto';
import { inspect } from 'node:util';
import { isMarketplaceError } from '@agentmesh/errors';
import { keyId, PluginSigner, publicKeyPem, readPublicKey, verifyBytes } from '@agentmesh/signing';
import { describe, expect, it } from 'vitest';

const seed = Buffer.alloc(32, 7);
const signer = new PluginSigner(seed);
const raw = Buffer.from(signer.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
const [rsa, ed448, x25519] = [
  generateKeyPairSync('rsa', { modulusLength: 2048 }),
  generateKeyPairSync('ed448'),
  generateKeyPairSync('x25519'),
];
const hmac = (await webcrypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, [
  'sign',
])) as webcrypto.CryptoKey;
const spki = (key: KeyObject) => key.export({ format: 'pem', type: 'spki' }).toString();
const pkcs8 = (key: KeyObject) => key.export({ format: 'pem', type: 'pkcs8' }).toString();

function thrownBy(work: () => unknown): { code: string; message: string; all: string } {
  try {
    work();
  } catch (error) {
    if (isMarketplaceError(error))
      return { code: error.code, message: error.message, all: inspect(error, { depth: 9 }) };
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a public key', () => {
  it('reads the same from a KeyObject, PEM and raw bytes', () => {
    for (const input of [signer.publicKey, publicKeyPem(signer.publicKey), raw, new Uint8Array(raw)]) {
      expect(readPublicKey(input).equals(signer.publicKey)).toBe(true);
      expect(keyId(input)).toBe(signer.keyId);
    }
  });

  it('has the id that sha256sum and base64 give', () => {
    expect(signer.keyId).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
    expect(keyId(Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex'))).toBe(
      'SHA256:BuP9j9opu2CrWVV95h7bCuzbIxE0vjDnW0Vfjht5L6k',
    );
  });

  it('takes Windows line endings and blank lines around the block', () => {
    expect(keyId(`\r\n${publicKeyPem(raw).replaceAll('\n', '\r\n')}\r\n`)).toBe(signer.keyId);
  });

  it('does not change with the bytes it was made from', () => {
    const bytes = Buffer.from(raw);
    const key = readPublicKey(bytes);
    bytes.fill(0);
    expect(key.equals(signer.publicKey)).toBe(true);
    expect(verifyBytes(seed, signer.signBytes(seed), raw)).toBe(true);
  });

  it.each<[string, unknown, string]>([
    ['31 bytes', raw.subarray(1), 'got 31 bytes'],
    ['64 bytes', Buffer.alloc(64), 'got 64 bytes'],
    ['a private KeyObject', generateKeyPairSync('ed25519').privateKey, 'got a private key'],
    ['a private PEM', signer.toPem(), 'got PRIVATE KEY'],
    ['a secret KeyObject', KeyObject.from(hmac), 'got a secret key'],
    ['RSA', rsa.publicKey, 'got rsa'],
    ['Ed448', spki(ed448.publicKey), 'got ed448'],
    ['X25519', spki(x25519.publicKey), 'got x25519'],
    ['an empty text', '', 'one PEM block'],
    ['hex', raw.toString('hex'), 'one PEM block'],
    ['a PEM with text before it', `Alice's key\n${publicKeyPem(raw)}`, 'one PEM block'],
    ['two PEM blocks', publicKeyPem(raw) + publicKeyPem(raw), 'one PEM block'],
    ['a huge PEM', `-----BEGIN PUBLIC KEY-----\n${'A'.repeat(1_000_000)}\n-----END PUBLIC KEY-----\n`, 'at most 16384'],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', 'got CERTIFICATE'],
    ['broken base64', '-----BEGIN PUBLIC KEY-----\nA*AA\n-----END PUBLIC KEY-----\n', 'not base64'],
    ['broken DER', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n', 'can be read'],
    ['a number', 7, 'type number'],
    ['null', null, 'type object'],
    ['undefined', undefined, 'type undefined'],
    ['a CryptoKey', hmac, 'type object'],
    ['an object that looks like a key', { type: 'public', asymmetricKeyType: 'ed25519' }, 'type object'],
    ['the neutral element', Buffer.from([1, ...new Uint8Array(31)]), 'small order'],
    ['no point of the curve', Buffer.from([2, ...new Uint8Array(31)]), 'curve'],
  ])('is not %s', (_, input, message) => {
    // The types forbid most of these; a caller in JavaScript has none.
    const error = thrownBy(() => readPublicKey(input as Uint8Array));
    expect(error.code).toBe('KEY_INVALID');
    expect(error.message).toContain(message);
  });

  it('is vetted anew after a thousand others', () => {
    for (let at = 0; at < 1100; at += 1) keyId(new PluginSigner(Buffer.alloc(32, `${at}`)).publicKey);
    expect(keyId(raw)).toBe(signer.keyId);
  });
});

describe('a signer', () => {
  it('is the same from a seed, its KeyObject and its PEM', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const fromObject = new PluginSigner(privateKey);
    expect(fromObject.toPem()).toBe(pkcs8(privateKey));
    for (const other of [PluginSigner.fromPem(signer.toPem()), new PluginSigner(new Uint8Array(seed))]) {
      expect(other.keyId).toBe(signer.keyId);
      expect(other.signBytes(raw)).toEqual(signer.signBytes(raw));
    }
  });

  it('signs the same bytes the same way each time, and differs from a new one', () => {
    expect(signer.signBytes(raw)).toEqual(signer.signBytes(raw));
    expect(PluginSigner.generate().keyId).not.toBe(PluginSigner.generate().keyId);
  });

  it('copies its seed', () => {
    const bytes = Buffer.from(seed);
    const copy = new PluginSigner(bytes);
    bytes.fill(0);
    expect(copy.signBytes(raw)).toEqual(signer.signBytes(raw));
  });

  it('shows its key id alone, however it is printed', () => {
    const shown = [inspect(signer, { showHidden: true, depth: 9 }), JSON.stringify(signer), String(signer)].join('\n');
    expect(inspect([signer])).toContain(`PluginSigner { keyId: '${signer.keyId}' }`);
    for (const secret of [seed.toString('hex'), seed.toString('base64'), signer.toPem().split('\n')[1] ?? '?']) {
      expect(shown).not.toContain(secret);
    }
    expect(Object.keys(signer)).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['31 bytes', seed.subarray(1), 'got 31'],
    ['64 bytes (a seed with its public key)', Buffer.concat([seed, raw]), 'got 64'],
    ['a public KeyObject', signer.publicKey, 'got a public key'],
    ['RSA', rsa.privateKey, 'got rsa'],
    ['Ed448', ed448.privateKey, 'got ed448'],
    ['X25519', x25519.privateKey, 'got x25519'],
    ['a PEM text', signer.toPem(), 'type string'],
    ['null', null, 'type object'],
    ['a plain array', [...seed], 'type object'],
  ])('is not made from %s', (_, input, message) => {
    const error = thrownBy(() => new PluginSigner(input as Uint8Array));
    expect(error.code).toBe('KEY_INVALID');
    expect(error.message).toContain(message);
    expect(error.all).not.toContain(signer.toPem().split('\n')[1]);
  });

  it.each<[string, unknown, string, string]>([
    ['a public key', publicKeyPem(raw), 'KEY_INVALID', 'got PUBLIC KEY'],
    ['an RSA key', pkcs8(rsa.privateKey), 'KEY_INVALID', 'got rsa'],
    ['an old RSA block', rsa.privateKey.export({ format: 'pem', type: 'pkcs1' }), 'KEY_INVALID', 'got RSA PRIVATE KEY'],
    ['an Ed448 key', pkcs8(ed448.privateKey), 'KEY_INVALID', 'got ed448'],
    ['an X25519 key', pkcs8(x25519.privateKey), 'KEY_INVALID', 'got x25519'],
    [
      'an OpenSSH key',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n',
      'KEY_INVALID',
      'OPENSSH',
    ],
    ['an encrypted key', encryptedPem(), 'KEY_ENCRYPTED', 'passphrase'],
    ['an old encrypted block', oldEncryptedPem(), 'KEY_ENCRYPTED', 'passphrase'],
    ['broken DER', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n', 'KEY_INVALID', 'can be read'],
    ['a cut PEM', signer.toPem().slice(0, -10), 'KEY_INVALID', 'one PEM block'],
    ['a buffer', Buffer.from(signer.toPem()), 'KEY_INVALID', 'type object'],
  ])('is not made from the PEM of %s', (_, pem, code, message) => {
    const error = thrownBy(() => PluginSigner.fromPem(pem as string));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.all).not.toContain(signer.toPem().split('\n')[1]?.slice(20));
  });
});

function encryptedPem(): string {
  const options = { format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
  return generateKeyPairSync('ed25519').privateKey.export(options).toString();
}

function oldEncryptedPem(): string {
  const options = { format: 'pem', type: 'pkcs1', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
  return rsa.privateKey.export(options).toString();
}
