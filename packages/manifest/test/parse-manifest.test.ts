import { parseManifest } from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';
import { errorOf, findingsOf, REQUIRED, yamlWith } from './sample.js';

describe('reading agent-plugin.yaml', () => {
  it('fills the defaults of the Python toolkit and leaves our own fields absent', () => {
    expect(parseManifest(yamlWith()).manifest).toEqual({
      ...REQUIRED,
      capabilities: [],
      dependencies: [],
      min_agentmesh_version: null,
      organization: null,
      artifact_url: null,
      artifact_sha256: null,
      signature: null,
    });
  });

  it('keeps version 1.10 apart from 1.1', () => {
    expect(parseManifest(yamlWith().replace('1.0.0', '1.10')).manifest.version).toBe('1.10');
  });

  it('reads list items by their source text', () => {
    expect(parseManifest(yamlWith('keywords: [1.10, yes, 0x1f, 2024-01-01]')).manifest.keywords).toEqual([
      '1.10',
      'yes',
      '0x1f',
      '2024-01-01',
    ]);
  });

  it('types what stands under x- keys and permissions', () => {
    const { manifest } = parseManifest(
      yamlWith(
        'x-all: [1, -0, 0x1f, 0o17, true, null, ~, "1", yes, 1e, {a: +7}]',
        'permissions: {memory: 1024, env: [LANG]}',
      ),
    );
    expect(manifest['x-all']).toEqual([1, 0, 31, 15, true, null, null, '1', 'yes', '1e', { a: 7 }]);
    expect(manifest.permissions).toEqual({ memory: 1024, env: ['LANG'] });
  });

  it('takes an optional field without a value as unset', () => {
    const { manifest } = parseManifest(yamlWith('license:', 'homepage: ~', 'keywords: null', 'organization: !!null'));
    expect(manifest).not.toHaveProperty('license');
    expect(manifest).not.toHaveProperty('keywords');
    expect(manifest.organization).toBeNull();
  });

  it('accepts a byte order mark, a directive, comments, CRLF and an end marker', () => {
    const text = `\ufeff%YAML 1.2\n# comment\n---\n${yamlWith('keywords: [a] # b')}...\n`.replaceAll('\n', '\r\n');
    expect(parseManifest(text).manifest.keywords).toEqual(['a']);
  });

  it('follows an alias to the last anchor of its name', () => {
    const { manifest } = parseManifest(yamlWith('license: &a one', 'homepage: &a two', 'organization: *a'));
    expect(manifest.organization).toBe('two');
  });

  it('takes an alias for a key', () => {
    expect(parseManifest(yamlWith('license: &key organization', '*key : contoso')).manifest.organization).toBe(
      'contoso',
    );
  });

  it('merges as PyYAML does: own keys win, then the earlier source', () => {
    const text = `x-base: &base {organization: base, license: base}\n${yamlWith(
      '<<: [{license: first}, *base, {keywords: [k]}]',
      'keywords: [own]',
    )}`;
    expect(parseManifest(text).manifest).toMatchObject({ license: 'first', organization: 'base', keywords: ['own'] });
  });

  it('reads a quoted << as a key like any other', () => {
    expect(parseManifest(yamlWith('x-a: {"<<": {b: 1}}')).manifest['x-a']).toEqual({ '<<': { b: 1 } });
  });
});

describe('unknown keys', () => {
  it('are reported with the nearest known key and left out', () => {
    const { manifest, findings } = parseManifest(yamlWith('licence: MIT', 'yes: x'));
    expect(manifest).not.toHaveProperty('licence');
    expect(findings).toEqual([
      {
        code: 'key-unknown',
        severity: 'warning',
        path: 'licence',
        line: 6,
        message: 'no such field, left out; did you mean license?',
      },
      expect.objectContaining({ path: 'yes', line: 7, message: expect.stringContaining('begin with x-') }),
    ]);
  });

  it('are errors when strict', () => {
    const error = errorOf(() => parseManifest(yamlWith('licence: MIT'), { strict: true }));
    expect(error.code).toBe('MANIFEST_INVALID');
    expect(error.message).toContain('licence:6 no such field; did you mean license? (key-unknown)');
  });

  it.each(['X-Foo: 1', 'x-: 1', 'x: 1'])('%s is not a key of ones own', (line) => {
    expect(findingsOf(() => parseManifest(yamlWith(line), { strict: true }))).toHaveLength(1);
  });
});

describe('problems', () => {
  it('are reported together, each with code, path and line', () => {
    const text = [
      'name: a b',
      'name: again',
      'version: v1',
      'author: "  "',
      'plugin_type: Validator',
      'capabilities:',
      '  - ok',
      '  - {a: b}',
      'dependencies: x',
      'runtime: ruby',
      'permissions: {nets: [], net: [nohost], memory: 1.5, env: a}',
      'x-a: {b: [1.5]}',
      'licence: MIT',
    ].join('\n');
    expect(findingsOf(() => parseManifest(text))).toEqual([
      'key-duplicate name:2',
      'name-invalid name:1',
      'version-invalid version:3',
      'field-missing description',
      'author-blank author:4',
      'word-unknown plugin_type:5',
      'type-wrong capabilities[1]:8',
      'type-wrong dependencies:9',
      'word-unknown runtime:10',
      'permission-invalid permissions.net[0]:11',
      'permission-invalid permissions.env:11',
      'permission-invalid permissions.memory:11',
      'permission-unknown permissions.nets:11',
      'value-unsupported x-a.b[0]:12',
      'key-unknown licence:13',
    ]);
  });

  it('name the file that was read', () => {
    expect(errorOf(() => parseManifest('', { path: 'plugins/a/agent-plugin.yaml' })).message).toContain(
      'plugins/a/agent',
    );
  });

  it.each([
    ['', 'mapping-expected agent-plugin.yaml'],
    ['- a\n- b\n', 'mapping-expected agent-plugin.yaml'],
    ['just text', 'mapping-expected agent-plugin.yaml'],
    ['a: "open\n', 'yaml-invalid agent-plugin.yaml:2'],
    ['a: b: c\n', 'yaml-invalid agent-plugin.yaml:1'],
    ['a: 1\n---\nb: 2\n', 'yaml-several-documents agent-plugin.yaml:2'],
    ['a: \u0007\n', 'yaml-invalid agent-plugin.yaml:1'],
    ['a: b\n# \ud800\n', 'yaml-invalid agent-plugin.yaml:2'],
  ])('%j is %s', (text, finding) => {
    expect(findingsOf(() => parseManifest(text))).toContain(finding);
  });

  it.each([
    ['license: !foo bar', 'yaml-tag license:6'],
    ['entry: !!python/name:os.system x', 'yaml-tag entry:6'],
    ['entry: !!python/object/apply:os.system [id]', 'yaml-tag entry:6'],
    ['license: !!binary aGk=', 'yaml-tag license:6'],
    ['license: !!int 5', 'yaml-tag license:6'],
    ['capabilities: !!set {a, b}', 'yaml-tag capabilities:6'],
    ['x-a: !!omap [a: 1]', 'yaml-tag x-a:6'],
    ['x-a: [!!float 1]', 'yaml-tag x-a[0]:6'],
    ['? [a]\n: b', 'key-not-text agent-plugin.yaml:6'],
    ['? !!int 5\n: b', 'key-not-text agent-plugin.yaml:6'],
    ['x-a: {b: 1, "b": 2}', 'key-duplicate x-a.b:6'],
    ['<<: {a: 1}\n<<: {b: 1}', 'key-duplicate <<:7'],
    ['<<: text', 'merge-invalid <<:6'],
    ['license: *nothing', 'yaml-alias agent-plugin.yaml'],
    ['description:', 'key-duplicate description:6'],
    ['capabilities:', 'type-wrong capabilities:6'],
    ['capabilities: [a, ~]', 'type-wrong capabilities[1]:6'],
    ['x-a: "\\ud800"', 'text-malformed x-a:6'],
    ['x-a: {"\\ud800": 1}', 'text-malformed x-a.\ud800:6'],
    ['x-a: 9007199254740992', 'value-unsupported x-a:6'],
    ['x-a: 1.0', 'value-unsupported x-a:6'],
    ['x-a: .nan', 'value-unsupported x-a:6'],
  ])('%j is %s', (lines, finding) => {
    expect(findingsOf(() => parseManifest(yamlWith(lines)))).toContain(finding);
  });
});

describe('hostile files', () => {
  it('larger than 1 MiB', () => {
    const text = yamlWith(`x-a: "${'é'.repeat(600_000)}"`);
    expect(findingsOf(() => parseManifest(text))).toEqual(['file-too-large agent-plugin.yaml']);
  });

  it.each([
    ['flow lists', `x-a: ${'['.repeat(20_000)}`],
    ['block lists', `x-a:\n  ${'- '.repeat(20_000)}`],
    ['flow mappings', `x-a: ${'{a: '.repeat(20_000)}`],
  ])('nested deep: %s', (_, line) => {
    expect(findingsOf(() => parseManifest(yamlWith(line)))).toEqual(['yaml-too-complex agent-plugin.yaml']);
  });

  it('a million empty items', () => {
    expect(findingsOf(() => parseManifest(yamlWith('capabilities:', '-\n'.repeat(500_000))))).toEqual([
      'yaml-too-complex agent-plugin.yaml',
    ]);
  });

  it('one level deeper than a file may be', () => {
    const line = `unknown: ${'['.repeat(63)}a${']'.repeat(63)}`;
    expect(parseManifest(yamlWith(line)).findings).toHaveLength(1);
    expect(findingsOf(() => parseManifest(yamlWith(line.replace('[', '[[').replace(']', ']]'))))).toHaveLength(1);
  });

  it('nested deeper than a value may be', () => {
    const line = `x-a: ${'['.repeat(40)}${']'.repeat(40)}`;
    expect(findingsOf(() => parseManifest(yamlWith(line)))).toEqual([`value-unsupported x-a${'[0]'.repeat(32)}:6`]);
  });

  it('billion laughs', () => {
    const lines = Array.from({ length: 9 }, (_, level) => {
      const items = level === 0 ? Array(9).fill('lol') : Array(9).fill(`*a${level - 1}`);
      return `x-a${level}: &a${level} [${items.join(', ')}]`;
    });
    expect(findingsOf(() => parseManifest(yamlWith(...lines)))[0]).toBe('yaml-alias agent-plugin.yaml');
  });

  it('quadratic blow-up: one large text, many aliases', () => {
    const text = yamlWith(`x-a: &a ${'x'.repeat(100_000)}`, `x-b: [${Array(90).fill('*a').join(', ')}]`);
    expect(errorOf(() => parseManifest(text)).message).toContain('many times as large');
  });

  it('quadratic blow-up through merge keys', () => {
    const base = Array.from({ length: 2_000 }, (_, index) => `k${index}: v`).join(', ');
    const maps = Array(90).fill('{<<: *a}').join(', ');
    expect(errorOf(() => parseManifest(yamlWith(`x-a: &a {${base}}`, `x-b: [${maps}]`))).message).toContain(
      'many times',
    );
  });

  it('an alias inside of what it stands for', () => {
    expect(errorOf(() => parseManifest(yamlWith('x-a: &a {b: [*a]}'))).message).toContain('inside of itself');
    expect(errorOf(() => parseManifest(yamlWith('x-a: &a {<<: *a}'))).message).toContain('inside of itself');
  });

  it('thousands of problems become a hundred findings', () => {
    const items = Array(20_000).fill('{}').join(', ');
    expect(findingsOf(() => parseManifest(yamlWith(`capabilities: [${items}]`)))).toHaveLength(100);
  });

  it('tens of thousands of keys are read without comparing all with all', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `x-k${index}: a`);
    expect(Object.keys(parseManifest(yamlWith(...keys)).manifest)).toHaveLength(20_012);
  });

  it('keys that JavaScript takes for prototypes are data', () => {
    const line = 'x-a: {__proto__: {polluted: true}, constructor: {prototype: {polluted: true}}, toString: 1}';
    const { manifest } = parseManifest(yamlWith(line, '__proto__: {polluted: true}', 'constructor: 1'));
    expect(Object.keys(manifest['x-a'] as object)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.getPrototypeOf(manifest['x-a'])).toBeNull();
    expect(Object.getPrototypeOf(manifest)).toBe(Object.prototype);
    expect({}).not.toHaveProperty('polluted');
  });

  it('control characters of the file do not reach the message', () => {
    const { message } = errorOf(() =>
      parseManifest(yamlWith('"\\e[31mred": 1', 'runtime: "\\e[2J"'), { strict: true }),
    );
    expect(message).not.toContain('\u001b');
    expect(message).toContain('\\u001b[31mred');
  });
});
