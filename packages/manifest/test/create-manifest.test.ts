import {
  createManifest,
  type JsonValue,
  type ManifestFields,
  manifestFromObject,
  type Permissions,
  PluginType,
  withFields,
} from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';
import { errorOf, findingsOf, REQUIRED, sample } from './sample.js';

describe('creating a manifest', () => {
  it('freezes it all the way down and copies what it was given', () => {
    const capabilities = ['a'];
    const permissions = { net: ['localhost:80'] };
    const extension = { list: [{ deep: 1 }] };
    const manifest = sample({ capabilities, permissions, 'x-own': extension });
    capabilities.push('b');
    permissions.net.push('b:1');
    extension.list.push({ deep: 2 });
    expect(manifest.capabilities).toEqual(['a']);
    expect(manifest.permissions).toEqual({ net: ['localhost:80'] });
    expect(manifest['x-own']).toEqual({ list: [{ deep: 1 }] });
    expect(unfrozen(manifest)).toEqual([]);
  });

  it('reports every problem with a hint', () => {
    const error = errorOf(() => createManifest({ ...REQUIRED, name: '', author: ' ' }));
    expect(error.code).toBe('MANIFEST_INVALID');
    expect(error.findings.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'name name-blank',
      'author author-blank',
    ]);
    expect(error.hint).toContain('schema.json');
  });

  it.each(Object.values(PluginType))('takes plugin_type %s', (type) => {
    expect(sample({ plugin_type: type }).plugin_type).toBe(type);
  });

  it('takes undefined for unset', () => {
    const manifest = sample({ license: undefined, signature: undefined, capabilities: undefined, 'x-a': undefined });
    expect(manifest).toEqual(sample());
    expect(Object.keys(manifest)).not.toContain('license');
  });

  it('takes a manifest as it is', () => {
    const manifest = sample({ 'x-a': { b: [null] }, permissions: { time: 5 } });
    expect(createManifest(manifest)).toEqual(manifest);
  });

  it.each<[string, JsonValue | undefined | object]>([
    ['a fraction', 1.5],
    ['NaN', Number.NaN],
    ['an integer beyond 2^53', 2 ** 53],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a hole in a list', [undefined]],
    ['a function', () => 1],
  ])('refuses %s under an x- key', (_, value) => {
    expect(findingsOf(() => createManifest(withoutTypes({ 'x-a': value })))[0]).toContain('value-unsupported x-a');
  });

  it('refuses a circular value under an x- key', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    expect(findingsOf(() => createManifest(withoutTypes({ 'x-a': circular })))[0]).toContain(
      'value-unsupported x-a.self',
    );
  });

  it('turns minus zero into zero, as its signed bytes do', () => {
    expect(Object.is(sample({ 'x-a': -0 })['x-a'], 0)).toBe(true);
  });

  it('reads own fields alone, whatever the prototype brings', () => {
    const inherited = Object.assign(Object.create({ signature: 'inherited' }), REQUIRED);
    expect(createManifest(inherited).signature).toBeNull();
  });

  it('takes objects of another realm and without a prototype', () => {
    expect(createManifest(Object.assign(Object.create(null), REQUIRED))).toEqual(sample());
  });
});

describe('permissions', () => {
  it.each<Permissions>([
    {},
    { net: ['example.com:443', '127.0.0.1:1', '[::1]:65535', 'localhost:80'] },
    { env: ['LANG', '_x1'], read: ['.', '/etc/ssl'], write: ['out'], run: ['git', 'git status'] },
    { scratch: 1, memory: 2 ** 40, time: 60_000 },
  ])('%j is allowed', (permissions) => {
    expect(sample({ permissions }).permissions).toEqual(permissions);
  });

  it.each([
    [{ net: ['example.com'] }, 'permission-invalid permissions.net[0]'],
    [{ net: ['example.com:0'] }, 'permission-invalid permissions.net[0]'],
    [{ net: ['example.com:65536'] }, 'permission-invalid permissions.net[0]'],
    [{ net: ['http://a:80'] }, 'permission-invalid permissions.net[0]'],
    [{ net: ['*:80'] }, 'permission-invalid permissions.net[0]'],
    [{ net: ['-a.b:80'] }, 'permission-invalid permissions.net[0]'],
    [{ env: ['A=B'] }, 'permission-invalid permissions.env[0]'],
    [{ env: 'A' }, 'permission-invalid permissions.env'],
    [{ read: ['a', 'b\0'] }, 'permission-invalid permissions.read[1]'],
    [{ read: [' '] }, 'permission-invalid permissions.read[0]'],
    [{ run: ['\ud800'] }, 'permission-invalid permissions.run[0]'],
    [{ run: ['x'.repeat(1025)] }, 'permission-invalid permissions.run[0]'],
    [{ run: Array(101).fill('x') }, 'permission-invalid permissions.run'],
    [{ memory: 1.5 }, 'permission-invalid permissions.memory'],
    [{ memory: 0 }, 'permission-invalid permissions.memory'],
    [{ time: -1 }, 'permission-invalid permissions.time'],
    [{ time: '5' }, 'permission-invalid permissions.time'],
    [{ time: null }, 'permission-invalid permissions.time'],
    [{ nets: [] }, 'permission-unknown permissions.nets'],
    [JSON.parse('{"__proto__": {"net": ["a:1"]}}'), 'permission-unknown permissions.__proto__'],
    [[], 'permission-invalid permissions'],
    ['all', 'permission-invalid permissions'],
  ])('%j is refused', (permissions, finding) => {
    expect(findingsOf(() => createManifest(withoutTypes({ permissions })))).toContain(finding);
  });

  it('do not come from a prototype', () => {
    const permissions: Permissions = Object.create({ net: ['evil.example:80'] });
    expect(sample({ permissions }).permissions?.net).toBeUndefined();
  });
});

describe('copies with other fields', () => {
  it('keep the signature, so that they no longer verify', () => {
    const signed = sample({ signature: 'c2ln' });
    expect(withFields(signed, { description: 'other' })).toEqual({ ...signed, description: 'other' });
    expect(withFields(signed, { signature: null }).signature).toBeNull();
  });

  it('are checked anew', () => {
    expect(findingsOf(() => withFields(sample(), { version: '1' }))).toEqual(['version-invalid version']);
    expect(findingsOf(() => withFields(sample(), { name: undefined }))).toEqual(['field-missing name']);
  });

  it('lose a field that is set to undefined', () => {
    const manifest = sample({ content_digest: 'h1:x', 'x-a': 1 });
    expect(withFields(manifest, { content_digest: undefined, 'x-a': undefined })).toEqual(sample());
  });
});

describe('manifests from JSON', () => {
  it('report keys that are no fields', () => {
    const { manifest, findings } = manifestFromObject({ ...REQUIRED, _registry: {}, autor: 'x' });
    expect(manifest).toEqual(sample());
    expect(findings.map(({ path, severity }) => `${path} ${severity}`)).toEqual(['_registry warning', 'autor warning']);
    expect(findings[1]?.message).toContain('did you mean author?');
  });

  it('refuse keys that are no fields when strict', () => {
    expect(findingsOf(() => manifestFromObject({ ...REQUIRED, autor: 'x' }, { strict: true }))).toEqual([
      'key-unknown autor',
    ]);
  });

  it.each([null, undefined, [], 'x', 5, new Map()])('%j is no manifest', (value) => {
    const error = errorOf(() => manifestFromObject(value, { path: 'registry.json[3]' }));
    expect(error.findings[0]?.code).toBe('mapping-expected');
    expect(error.message).toContain('registry.json[3]');
  });

  it('refuse lone surrogates in keys', () => {
    expect(findingsOf(() => manifestFromObject({ ...REQUIRED, 'x-\ud800': 1 }))).toEqual(['text-malformed x-\ud800']);
  });

  it('keep __proto__ under an x- key as data', () => {
    const { manifest } = manifestFromObject(
      JSON.parse(`{"x-a": {"__proto__": {"p": 1}}, ${JSON.stringify(REQUIRED).slice(1)}`),
    );
    expect(JSON.stringify(manifest['x-a'])).toBe('{"__proto__":{"p":1}}');
    expect({}).not.toHaveProperty('p');
  });
});

/** What a caller without types hands over. */
function withoutTypes(fields: Record<string, unknown>): ManifestFields {
  return { ...REQUIRED, ...fields } as ManifestFields;
}

function unfrozen(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return [...(Object.isFrozen(value) ? [] : [value]), ...Object.values(value).flatMap(unfrozen)];
}
