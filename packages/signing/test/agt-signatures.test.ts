import { readFileSync } from 'node:fs';
import { createManifest, type ManifestFields, manifestFromObject, signableBytes } from '@agentmesh/manifest';
import { keyId, PluginSigner, verifySignature } from '@agentmesh/signing';
import { describe, expect, it } from 'vitest';

interface Case {
  readonly id: string;
  readonly fields: ManifestFields;
  readonly signable_bytes_b64: string;
  readonly seed_hex: string;
  readonly public_key_hex: string;
  readonly public_key_spki_pem: string;
  readonly signature_b64: string;
}
interface VerifyCase {
  readonly id: string;
  readonly manifest: ManifestFields;
  readonly public_key_hex: string;
  readonly python_outcome: { readonly expect: 'valid' | 'error'; readonly error?: string };
}
const file = new URL('fixtures/agt-signatures.json', import.meta.url);
const vectors: { readonly cases: readonly Case[]; readonly verify_cases: readonly VerifyCase[] } = JSON.parse(
  readFileSync(file, 'utf8'),
);

/** Where our answer differs from the Python toolkit's, with the rule of formats.md that says so. */
const DEVIATIONS: Readonly<Record<string, string>> = {
  'lone-surrogate': 'strings: no lone surrogates',
  'embedded-whitespace': 'signature: base64 decoding is strict',
  'embedded-junk-chars': 'signature: base64 decoding is strict',
};

describe('manifests that the Python toolkit signed', () => {
  const kept = vectors.cases.filter(({ id }) => DEVIATIONS[id] === undefined);

  it('are all here but one', () => {
    expect([vectors.cases.length, kept.length]).toEqual([44, 43]);
  });

  it.each(kept)('$id: the same bytes, key and signature, bit for bit', (vector) => {
    const signer = new PluginSigner(Buffer.from(vector.seed_hex, 'hex'));
    const manifest = createManifest(vector.fields);
    expect(Buffer.from(signableBytes(manifest)).toString('base64')).toBe(vector.signable_bytes_b64);
    expect(signer.sign(manifest).signature).toBe(vector.signature_b64);
    expect(signer.keyId).toBe(keyId(vector.public_key_spki_pem));
    expect(signer.keyId).toBe(keyId(Buffer.from(vector.public_key_hex, 'hex')));
    expect(verifySignature(signer.sign(manifest), vector.public_key_spki_pem)).toBe(true);
  });

  it('lone-surrogate: refused, for such a text has no UTF-8', () => {
    const vector = vectors.cases.find(({ id }) => id === 'lone-surrogate');
    expect(() => createManifest(vector?.fields as ManifestFields)).toThrow(
      expect.objectContaining({ code: 'MANIFEST_INVALID' }),
    );
  });
});

describe("the Python toolkit's verify outcomes", () => {
  it('are nineteen', () => {
    expect(vectors.verify_cases).toHaveLength(19);
  });

  it.each(vectors.verify_cases)('$id', ({ id, manifest: fields, public_key_hex, python_outcome }) => {
    const { manifest } = manifestFromObject(fields);
    const verify = () => verifySignature(manifest, Buffer.from(public_key_hex, 'hex'));
    if (python_outcome.expect === 'valid' && DEVIATIONS[id] === undefined) {
      expect(verify()).toBe(true);
      return;
    }
    const code = /no signature/.test(python_outcome.error ?? '') ? 'SIGNATURE_MISSING' : 'SIGNATURE_INVALID';
    expect(verify).toThrow(expect.objectContaining({ code }));
  });

  it('differ only where the table says', () => {
    const stricter = vectors.verify_cases.filter(({ id }) => DEVIATIONS[id] !== undefined);
    expect(stricter.map(({ python_outcome }) => python_outcome.expect)).toEqual(['valid', 'valid']);
  });
});
