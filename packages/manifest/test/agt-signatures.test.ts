import { createManifest, formatManifest, type ManifestFields, parseManifest, signableBytes } from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { findingsOf } from './sample.js';
import { type SignatureCase, signatureCases } from './vectors.js';

const REFUSED = 'lone-surrogate';

describe('manifests that the Python toolkit signed', () => {
  it('are all there', () => {
    expect(signatureCases).toHaveLength(44);
  });

  for (const vector of signatureCases.filter(({ id }) => id !== REFUSED)) {
    it(`${vector.id}: the same signable bytes from its constructor's input`, () => {
      expect(base64(signableBytes(createManifest(inputOf(vector))))).toBe(vector.signable_bytes_b64);
    });

    it(`${vector.id}: the saved file loads to the same fields`, () => {
      const { manifest, findings } = parseManifest(fileOf(vector));
      expect(manifest).toEqual({ ...vector.fields, signature: vector.signature_b64 });
      expect(findings).toEqual([]);
      expect(base64(signableBytes(manifest))).toBe(vector.signable_bytes_b64);
    });

    it(`${vector.id}: what we write reads back, as YAML 1.1 too`, () => {
      const { manifest } = parseManifest(fileOf(vector));
      const text = formatManifest(manifest);
      expect(parseManifest(text).manifest).toEqual(manifest);
      const set = Object.fromEntries(Object.entries(manifest).filter(([, value]) => value !== null));
      expect(parse(text, { version: '1.1', schema: 'yaml-1.1' })).toEqual(set);
    });
  }

  it('lone surrogates are refused from the constructor and from a file', () => {
    const vector = signatureCases.find(({ id }) => id === REFUSED);
    if (vector === undefined) throw new Error('no such vector');
    expect(findingsOf(() => createManifest(inputOf(vector)))).toEqual(['text-malformed description']);
    expect(findingsOf(() => parseManifest(fileOf(vector)))).toEqual(['text-malformed description:6']);
  });
});

function inputOf(vector: SignatureCase): ManifestFields {
  // The toolkit's constructor took the same fields.
  return vector.input as unknown as ManifestFields;
}

function fileOf(vector: SignatureCase): string {
  return Buffer.from(vector.saved_yaml_b64, 'base64').toString('utf8');
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
