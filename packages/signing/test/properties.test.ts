import { isMarketplaceError } from '@agentmesh/errors';
import { Keyring, keyId, PluginSigner, publicKeyPem, toKeyring, verifyBytes } from '@agentmesh/signing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseKeyring } from '../src/parse-keyring.js';

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('for any input', () => {
  it('what a signer signs verifies, and with one bit changed it does not', () => {
    fc.assert(
      fc.property(bytes32, fc.uint8Array(), fc.nat({ max: 511 }), (seed, message, bit) => {
        const signer = new PluginSigner(seed);
        const signature = signer.signBytes(message);
        const changed = signature.with(bit >> 3, (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7)));
        expect(verifyBytes(message, signature, signer.publicKey)).toBe(true);
        expect(verifyBytes(message, changed, signer.publicKey)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  it('32 bytes are a key with a PEM that reads back, or KEY_INVALID', () => {
    fc.assert(
      fc.property(bytes32, (raw) => {
        const id = attempt(() => keyId(raw));
        if (id !== 'KEY_INVALID') expect(keyId(publicKeyPem(raw))).toBe(id);
      }),
    );
  });

  it('a text is no key: KEY_INVALID, never another error', () => {
    const pem = publicKeyPem(PluginSigner.generate().publicKey);
    const cutAndPasted = fc
      .tuple(fc.nat({ max: pem.length }), fc.string())
      .map(([at, text]) => pem.slice(0, at) + text);
    fc.assert(
      fc.property(fc.oneof(fc.string(), cutAndPasted), (text) => {
        fc.pre(text.trim() !== pem.trim());
        expect(attempt(() => keyId(text))).toBe('KEY_INVALID');
        expect(attempt(() => PluginSigner.fromPem(text).keyId)).toBe('KEY_INVALID');
      }),
    );
  });

  it('bytes are no keyring file: KEYRING_INVALID, never another error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          expect(attempt(() => String(parseKeyring(bytes, 'x')))).toBe('KEYRING_INVALID');
        },
      ),
    );
  });

  it('an author of a record is found under exactly that name, or refused', () => {
    const { publicKey, keyId: id } = PluginSigner.generate();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (author) => {
        const answer = attempt(() => toKeyring(new Map([[author, publicKey]])).keysOf(author)[0]?.keyId ?? 'none');
        expect([id, 'KEYRING_INVALID']).toContain(answer);
        expect(new Keyring().keysOf(author)).toEqual([]);
      }),
    );
  });
});

/** What `work` answers, or the code of the error it throws. */
function attempt(work: () => string): string {
  try {
    return work();
  } catch (error) {
    if (isMarketplaceError(error)) return error.code;
    throw error;
  }
}
