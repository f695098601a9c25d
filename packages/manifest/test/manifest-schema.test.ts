import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkPublishable, manifestFromObject, manifestSchema, PluginType, PUBLISH_LIMITS } from '@agentmesh/manifest';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { REQUIRED, sample } from './sample.js';

const FILE = fileURLToPath(new URL('../schema/agent-plugin.schema.json', import.meta.url));
const PACKAGE = fileURLToPath(new URL('../package.json', import.meta.url));
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { uri: true } }).compile(manifestSchema);

const FULL = {
  ...REQUIRED,
  capabilities: ['a'],
  dependencies: ['base>=1.0.0,<2.0.0', 'other', 'c ~= 1.4'],
  min_agentmesh_version: '1.5.0',
  organization: 'contoso',
  artifact_url: 'https://example.com/a.zip',
  artifact_sha256: '0'.repeat(64),
  signature: null,
  entry: './src/index.js',
  runtime: 'javascript',
  engine: 'quickjs',
  permissions: {
    net: ['[::1]:80'],
    env: ['A'],
    read: ['.'],
    write: ['out'],
    scratch: 1,
    memory: 2,
    time: 3,
    run: ['git'],
  },
  content_digest: 'h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
  license: 'MIT',
  homepage: 'https://example.com',
  repository: 'https://example.com/a.git',
  keywords: ['k'],
  'x-own': { a: [1, null, true, 'b', {}] },
};

describe('the JSON Schema for editors', () => {
  it('is the file that the package ships', () => {
    expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(manifestSchema);
    const { exports, files } = JSON.parse(readFileSync(PACKAGE, 'utf8'));
    expect(exports['./schema.json']).toBe('./schema/agent-plugin.schema.json');
    expect(files).toContain('schema');
  });

  it('knows the fields that we read, each described', () => {
    const properties = Object.entries(manifestSchema.properties as Record<string, { description?: string }>);
    expect(properties.map(([key]) => key).sort()).toEqual(
      Object.keys(FULL)
        .filter((key) => !key.startsWith('x-'))
        .sort(),
    );
    expect(properties.filter(([, { description }]) => description === undefined)).toEqual([]);
  });

  it('has the words and limits of the code', () => {
    const longest = (length: number) => expect.objectContaining({ maxLength: length });
    const list = (length: number) =>
      expect.objectContaining({ maxItems: PUBLISH_LIMITS.items, items: longest(length) });
    expect(manifestSchema.properties).toMatchObject({
      plugin_type: { enum: Object.values(PluginType) },
      version: longest(PUBLISH_LIMITS.version),
      min_agentmesh_version: longest(PUBLISH_LIMITS.version),
      description: longest(PUBLISH_LIMITS.description),
      author: longest(PUBLISH_LIMITS.author),
      organization: longest(PUBLISH_LIMITS.organization),
      license: longest(PUBLISH_LIMITS.license),
      entry: longest(PUBLISH_LIMITS.entry),
      homepage: longest(PUBLISH_LIMITS.url),
      repository: longest(PUBLISH_LIMITS.url),
      artifact_url: longest(PUBLISH_LIMITS.url),
      capabilities: list(PUBLISH_LIMITS.item),
      keywords: list(PUBLISH_LIMITS.item),
      dependencies: list(PUBLISH_LIMITS.dependency),
    });
  });

  it.each([REQUIRED, FULL, sample()])('accepts what can be published: %j', (manifest) => {
    expect(validate(manifest), JSON.stringify(validate.errors)).toBe(true);
    expect(checkPublishable(manifestFromObject(manifest, { strict: true }).manifest)).toEqual([]);
  });

  it.each([
    { name: '../x' },
    { name: 'con' },
    { name: '' },
    { version: 1.1 },
    { version: '1' },
    { version: '01.0' },
    { description: 'a\u0007' },
    { author: '' },
    { plugin_type: 'plugin' },
    { capabilities: 'a' },
    { capabilities: ['a\nb'] },
    { capabilities: Array(101).fill('a') },
    { dependencies: ['a==1.*'] },
    { dependencies: ['a^1.0'] },
    { min_agentmesh_version: 'new' },
    { entry: '../x.js' },
    { entry: '/x.js' },
    { entry: 'a\\b.js' },
    { runtime: 'ruby' },
    { engine: 'v8' },
    { permissions: { nets: [] } },
    { permissions: { net: ['example.com'] } },
    { permissions: { memory: 1.5 } },
    { permissions: { time: 0 } },
    { content_digest: 'h1:x' },
    { homepage: 'ftp://example.com' },
    { artifact_sha256: 'abc' },
    { licence: 'MIT' },
    { 'x-a': 1.5 },
    { 'x-a': [{ b: 2 ** 60 }] },
  ])('refuses what cannot: %j', (change) => {
    const manifest = { ...FULL, ...change };
    expect(validate(manifest)).toBe(false);
    expect(() => {
      const [finding] = checkPublishable(manifestFromObject(manifest, { strict: true }).manifest);
      if (finding !== undefined) throw new Error(finding.message);
    }).toThrow();
  });
});
