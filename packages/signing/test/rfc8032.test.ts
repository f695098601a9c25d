import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PluginSigner, readPublicKey, verifyBytes } from '@agentmesh/signing';
import { sign as nobleSign, verify as nobleVerify } from '@noble/ed25519';
import { describe, expect, it } from 'vitest';

interface Vector {
  readonly name: string;
  readonly seed: string;
  readonly key: string;
  readonly message: string;
  readonly signature: string;
}
const vectors: readonly Vector[] = JSON.parse(readFileSync(new URL('fixtures/rfc8032.json', import.meta.url), 'utf8'));

describe.each(vectors)('RFC 8032 section 7.1, $name', (vector) => {
  const [seed, key, message, signature] = [vector.seed, vector.key, vector.message, vector.signature].map((hex) =>
    Buffer.from(hex, 'hex'),
  ) as [Buffer, Buffer, Buffer, Buffer];
  const signer = new PluginSigner(seed);

  it('has the public key and the signature of the RFC', () => {
    expect(readPublicKey(key).equals(signer.publicKey)).toBe(true);
    expect(signer.publicKey.export({ format: 'jwk' }).x).toBe(key.toString('base64url'));
    expect(Buffer.from(signer.signBytes(message)).toString('hex')).toBe(vector.signature);
  });

  it('agrees with node:crypto and noble both ways', () => {
    const privateKey = createPrivateKey(signer.toPem());
    expect(verify(null, message, createPublicKey(privateKey), signer.signBytes(message))).toBe(true);
    expect(verifyBytes(message, sign(null, message, privateKey), key)).toBe(true);
    expect(verifyBytes(message, nobleSign(message, seed), key)).toBe(true);
    expect(nobleVerify(signer.signBytes(message), message, key, { zip215: false })).toBe(true);
  });

  it('does not verify with one bit of the signature, message or key changed', () => {
    for (const [at, part] of [signature, key, message].entries()) {
      if (part.length === 0) continue;
      for (const index of [0, part.length >> 1, part.length - 1]) {
        const parts = [signature, key, message].map((bytes) => Buffer.from(bytes)) as [Buffer, Buffer, Buffer];
        const changed = parts[at] as Buffer;
        changed[index] = (changed[index] ?? 0) ^ 1;
        expect(accepts(parts[2], parts[0], parts[1])).toBe(false);
      }
    }
  });
});

/** A changed key may be no point of the curve at all, which counts as a refusal. */
function accepts(message: Buffer, signature: Buffer, key: Buffer): boolean {
  try {
    return verifyBytes(message, signature, key);
  } catch (error) {
    expect(error).toMatchObject({ code: 'KEY_INVALID' });
    return false;
  }
}
