import { createManifest, formatManifest, parseManifest } from '@agentmesh/manifest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { manifestFields } from './arbitraries.js';
import { sample } from './sample.js';

describe('writing agent-plugin.yaml', () => {
  it('puts first what a person looks for first, the signature last, and leaves unset fields out', () => {
    const manifest = sample({
      signature: 'c2ln',
      dependencies: ['base>=1.0.0,<2.0.0'],
      'x-own': { flag: true, list: [1, { a: null }], none: [] },
      permissions: { net: ['api.example.com:443'], memory: 1024 },
      license: 'MIT',
      homepage: 'https://example.com/a',
      entry: 'src/index.js',
      description: 'Dr. Ü: "fine" 😀',
      version: '1.10',
    });
    expect(formatManifest(manifest)).toBe(`name: sample-plugin
version: "1.10"
description: "Dr. \\u00DC: \\"fine\\" \\U0001F600"
author: alice@example.com
plugin_type: validator
capabilities: []
dependencies:
  - base>=1.0.0,<2.0.0
entry: src/index.js
permissions:
  net:
    - api.example.com:443
  memory: 1024
license: MIT
homepage: https://example.com/a
x-own:
  flag: true
  list:
    - 1
    -
      a: null
  none: []
signature: c2ln
`);
  });

  it('marks keys that are too long to be seen as keys', () => {
    const key = `x-${'é'.repeat(400)}`;
    const manifest = sample({ [key]: { ['k'.repeat(5000)]: [{ ['😀'.repeat(300)]: 1 }] }, 'x-last': 1 });
    const text = formatManifest(manifest);
    expect(parseManifest(text).manifest).toEqual(manifest);
    expect(plain(parse(text, { version: '1.1', schema: 'yaml-1.1' }))).toEqual(plain(withoutNulls(manifest)));
  });

  it.each(['e5', 'e-4', 'E+10', 'yes', 'Null', '1_000', '0x1f', '1:30', '.inf', '=', '<<'])(
    'quotes %s, which YAML 1.1 takes for something else',
    (license) => {
      const text = formatManifest(sample({ license }));
      expect(text).toContain(`license: "${license}"`);
      expect(parse(text, { version: '1.1', schema: 'yaml-1.1' }).license).toBe(license);
    },
  );

  it('is ASCII, one line a scalar', () => {
    fc.assert(
      fc.property(manifestFields, (fields) => {
        expect(formatManifest(createManifest(fields))).toMatch(/^[\n\x20-\x7e]*$/);
      }),
    );
  });

  it('reads back to the same manifest, whatever stands in it', () => {
    fc.assert(
      fc.property(manifestFields, (fields) => {
        const manifest = createManifest(fields);
        expect(parseManifest(formatManifest(manifest), { strict: true })).toEqual({ manifest, findings: [] });
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['1.1', '1.2'] as const)('YAML %s reads the same values', (version) => {
    fc.assert(
      fc.property(manifestFields, (fields) => {
        const manifest = createManifest(fields);
        const schema = version === '1.1' ? 'yaml-1.1' : 'core';
        const values = parse(formatManifest(manifest), { version, schema });
        expect(plain(values)).toEqual(plain(withoutNulls(manifest)));
      }),
      { numRuns: 1000 },
    );
  });
});

/** Nulls of top-level fields are left out of the file; those under x- keys are values. */
function withoutNulls(manifest: object): object {
  return Object.fromEntries(Object.entries(manifest).filter(([key, value]) => value !== null || key.startsWith('x-')));
}

/** Not through JSON: V8's JSON.parse takes an escaped key for another one where an object of the same shape came before. */
function plain(value: unknown): unknown {
  return structuredClone(value);
}
