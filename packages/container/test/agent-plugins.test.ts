import { existsSync, readFileSync } from 'node:fs';
import { readContainer } from '@agentmesh/container';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agentPlugin, createFolder, faultOf, SCHEMA } from './folders.js';

const FILE = new URL('../../../../shared/vectors/agent-plugins-1.0/plugin.schema.json', import.meta.url);
const isThere = existsSync(FILE);
if (!isThere) console.warn('Skipped: ../shared/vectors/agent-plugins-1.0 is not here');

async function read(text: string, more: Readonly<Record<string, string>> = {}) {
  return readContainer(await createFolder({ 'plugin.json': text, ...more }));
}

const refusal = (...findings: string[]) => ({ code: 'MANIFEST_INVALID', findings });

describe('Agent Plugins 1.0, plugin.json:', () => {
  it('$schema and name are required', async () => {
    expect(await faultOf(read('{}'))).toEqual(refusal('schema-missing', 'name-missing'));
    expect((await read(JSON.stringify({ $schema: SCHEMA, name: 'demo' }))).manifest.name).toBe('demo');
  });

  it.each([
    'https://agent-plugins.org/schemas/1.0.1/plugin.schema.json',
    'https://agent-plugins.org/schemas/2.0.0/plugin.schema.json',
    `${SCHEMA}#`,
    'https://agent-plugins.org/schemas/1.0.0/mcp.schema.json',
  ])('the unknown $schema %s refuses the plugin, whatever else the folder is', async ($schema) => {
    const more = { 'SKILL.md': '---\nname: x\n---\n', '.claude-plugin/plugin.json': '{"name": "demo"}' };
    expect(await faultOf(read(agentPlugin({ $schema }), more))).toEqual(refusal('schema-unknown'));
  });

  it('an unknown top-level field is reported with its line, and ignored', async () => {
    const text = `{"$schema": "${SCHEMA}", "name": "demo", "version": "1.0",\n"permissions": {"net": ["evil:1"]}}`;
    const { manifest, findings } = await read(text);
    expect(findings).toMatchObject([{ code: 'field-unknown', severity: 'warning', path: 'plugin.json', line: 2 }]);
    expect(manifest).not.toHaveProperty('permissions');
  });

  it.each([
    ['version', 1],
    ['description', null],
    ['homepage', []],
    ['repository', {}],
    ['license', true],
    ['keywords', 'a'],
    ['keywords', ['a', 1]],
    ['author', 'Ada'],
    ['author', ['Ada']],
    ['author', { name: 1 }],
  ])('a %s of a wrong type, %j, refuses the plugin', async (key, value) => {
    expect(await faultOf(read(agentPlugin({ [key]: value })))).toEqual(refusal('field-type'));
  });

  it('author is closed: name, email, url', async () => {
    const author = { name: 'Ada', email: 'ada@example.org', url: 'https://example.org' };
    expect((await read(agentPlugin({ author }))).manifest.author).toBe('Ada');
    const work = read(agentPlugin({ author: { ...author, twitter: '@ada' } }));
    expect(await faultOf(work)).toEqual(refusal('author-field-unknown'));
  });

  it.each([[null], ['x'], [1], [['x']]])(
    'extensions that are no object, %j, are reported and ignored',
    async (extensions) => {
      const { findings } = await read(agentPlugin({ extensions }));
      expect(findings).toMatchObject([{ code: 'extensions-type', severity: 'warning', line: 1 }]);
    },
  );

  it('an extension that is no object is reported and ignored, and the others are left alone', async () => {
    const { findings } = await read(
      agentPlugin({ extensions: { 'org.example': 1, 'com.example': { any: ['thing'] } } }),
    );
    expect(findings).toMatchObject([{ code: 'extensions-type' }]);
  });

  it('metadata is checked by JSON type alone', async () => {
    const odd = { version: 'the newest', homepage: 'not a URL', license: 'Whatever', author: { email: 'not one' } };
    const { manifest, findings } = await read(agentPlugin(odd));
    expect(manifest).toMatchObject({ license: 'Whatever', author: 'unknown' });
    expect(findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warning version-made',
      'warning url-invalid',
    ]);
  });

  it.each(['a', '0', 'a-b', 'a.b-c.d', 'x'.repeat(64)])('the name %s is one', async (name) => {
    expect((await read(agentPlugin({ name }))).manifest.name).toBe(name.replaceAll('.', '-'));
  });

  it.each(['', 'A', 'a_b', '-a', 'a-', '.a', 'a.', 'a--b', 'a..b', 'a b', 'ä', 'a\n', 'a/b', 'x'.repeat(65)])(
    'the name %j is none',
    async (name) => {
      expect(await faultOf(read(agentPlugin({ name })))).toEqual(refusal('name-invalid'));
    },
  );

  it('dots in a name become hyphens, and that is told', async () => {
    const { manifest, findings } = await read(agentPlugin({ name: 'org.example.demo' }));
    expect([manifest.name, findings[0]?.code]).toEqual(['org-example-demo', 'name-mapped']);
  });

  it('absent places are no error', async () => {
    expect((await read(agentPlugin())).findings).toEqual([]);
  });

  it('every violation is told, not the first alone', async () => {
    const work = read(agentPlugin({ name: 'A', version: 1, author: { x: 1 } }));
    expect(await faultOf(work)).toEqual(refusal('field-type', 'name-invalid', 'author-field-unknown'));
  });

  it.skipIf(!isThere)('whatever the published schema says of a file, we say too', async () => {
    const schema = JSON.parse(readFileSync(FILE, 'utf8'));
    const validate = new Ajv2020({ strict: false }).compile(schema);
    const known = new Set(Object.keys(schema.properties));
    const text = fc.oneof(
      fc.constantFrom('a', 'a.b', 'a--b', '-', 'x'.repeat(65), SCHEMA),
      fc.string({ maxLength: 6 }),
    );
    const any = fc.oneof(
      text,
      fc.constant(null),
      fc.integer(),
      fc.array(text, { maxLength: 2 }),
      fc.dictionary(text, text),
    );
    const field = (good: fc.Arbitrary<unknown>) =>
      fc.oneof({ weight: 6, arbitrary: good }, { weight: 1, arbitrary: any });
    const author = fc.record({ name: field(text), email: field(text), url: text }, { requiredKeys: [] });
    const plugin = fc.record(
      {
        $schema: field(fc.constant(SCHEMA)),
        name: field(fc.constantFrom('demo', 'a.b', 'a-b')),
        ...Object.fromEntries(
          ['version', 'description', 'homepage', 'repository', 'license'].map((key) => [key, field(text)]),
        ),
        keywords: field(fc.array(text)),
        author: field(author),
        extensions: field(fc.dictionary(text, fc.dictionary(text, any))),
        extra: any,
      },
      { requiredKeys: ['$schema', 'name'] },
    );
    const verdicts = new Set<boolean>();
    await fc.assert(
      fc.asyncProperty(plugin, async (fields) => {
        const isTaken = await read(JSON.stringify(fields)).then(
          () => true,
          () => false,
        );
        const { extensions, ...rest } = fields;
        const judged = Object.fromEntries(Object.entries(rest).filter(([key]) => known.has(key)));
        verdicts.add(isTaken);
        expect(isTaken).toBe(validate(judged));
      }),
      { numRuns: 300 },
    );
    expect(verdicts).toEqual(new Set([true, false]));
  });
});
