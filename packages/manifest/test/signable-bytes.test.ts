import { createManifest, formatManifest, type ManifestFields, parseManifest, signableBytes } from '@agentmesh/manifest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { manifestFields } from './arbitraries.js';
import { findingsOf, sample } from './sample.js';

describe('signable bytes', () => {
  it('carry our fields when they are set, sorted at every depth by code unit', () => {
    const manifest = sample({
      license: 'MIT',
      'x-a': { b: [2, { z: null, a: true }], B: 1, é: '\u{1f600}', '\uffff': '\u007f' },
    });
    expect(text(manifest)).toBe(
      '{"artifact_sha256":null,"artifact_url":null,"author":"alice@example.com","capabilities":[],"dependencies":[],' +
        '"description":"Sample plugin","license":"MIT","min_agentmesh_version":null,"name":"sample-plugin",' +
        '"organization":null,"plugin_type":"validator","version":"1.0.0",' +
        '"x-a":{"B":1,"b":[2,{"a":true,"z":null}],"\\u00e9":"\\ud83d\\ude00","\\uffff":"\\u007f"}}',
    );
  });

  it('order keys by code unit where code points would order otherwise', () => {
    expect(text(sample({ 'x-a': { '\uffff': 1, '\u{1f600}': 2 } }))).toContain('{"\\ud83d\\ude00":2,"\\uffff":1}');
  });

  it('leave the signature out', () => {
    expect(signableBytes(sample({ signature: 'c2ln' }))).toEqual(signableBytes(sample()));
  });

  it('do not depend on the order of keys, nor on being written and read', () => {
    fc.assert(
      fc.property(manifestFields, (fields) => {
        const manifest = createManifest(fields);
        const reversed = Object.fromEntries(Object.entries(fields).reverse()) as unknown as ManifestFields;
        expect(text(createManifest(reversed))).toBe(text(manifest));
        expect(text(parseManifest(formatManifest(manifest)).manifest)).toBe(text(manifest));
      }),
    );
  });

  it('are ASCII, JSON and YAML at once', () => {
    fc.assert(
      fc.property(manifestFields, (fields) => {
        const { signature: _, ...signed } = createManifest(fields);
        const bytes = text(createManifest(fields));
        expect(bytes).toMatch(/^[\x20-\x7e]*$/);
        expect(JSON.stringify(JSON.parse(bytes))).toBe(JSON.stringify(sortKeys(signed)));
      }),
    );
    expect(parse(text(sample({ 'x-a': ['yes', 1] })))).toMatchObject({ version: '1.0.0', 'x-a': ['yes', 1] });
  });

  it('are refused for an object that breaks the rules', () => {
    expect(findingsOf(() => signableBytes({ ...sample(), description: '\ud800' }))).toEqual([
      'text-malformed description',
    ]);
  });
});

function text(manifest: Parameters<typeof signableBytes>[0]): string {
  return Buffer.from(signableBytes(manifest)).toString('latin1');
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sortKeys((value as Record<string, unknown>)[key])]));
}
