import { link, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listTree } from '@agentmesh/artifact';
import { readContainer } from '@agentmesh/container';
import { checkPublishable } from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';
import { agentPlugin, createFolder, type Files, faultOf } from './folders.js';

const OWN =
  'name: own\nversion: 2.0.0\ndescription: x\nauthor: me\nplugin_type: agent\ncapabilities: []\ndependencies: []\n';
const SKILL = '---\nname: notes\ndescription: Turns notes into a list.\n---\nDo it.\n';

async function read(files: Files, options: Parameters<typeof readContainer>[1] = {}) {
  return readContainer(await createFolder(files), options);
}

function codesOf({ findings }: { findings: readonly { code: string }[] }): string[] {
  return findings.map(({ code }) => code);
}

describe('a plugin folder', () => {
  it('is ours with an agent-plugin.yaml, whatever else it holds', async () => {
    const container = await read({ 'agent-plugin.yaml': OWN, 'plugin.json': '{', 'SKILL.md': SKILL });
    expect(container).toMatchObject({ kind: 'agentmesh', foreign: false, manifestPath: 'agent-plugin.yaml' });
    expect(container.manifest).toMatchObject({ name: 'own', version: '2.0.0' });
  });

  it.each([
    ['agent-plugins', 'plugin.json', agentPlugin()],
    ['claude', '.claude-plugin/plugin.json', '{"name": "demo", "version": "1.0.0"}'],
    ['molecule', 'plugin.yaml', 'name: demo\nversion: 1.0.0\n'],
    ['skill', 'SKILL.md', '---\nname: demo\ndescription: x\nmetadata:\n  version: "1.0.0"\n---\n'],
  ])('of the kind %s is read from its %s, unsigned and without permissions', async (kind, path, text) => {
    const { manifest, ...container } = await read({ [path]: text });
    expect(container).toEqual({ kind, foreign: true, manifestPath: path, findings: [] });
    expect(manifest).toMatchObject({ name: 'demo', version: '1.0.0', signature: null, plugin_type: 'integration' });
    expect(manifest).not.toHaveProperty('permissions');
    expect(checkPublishable(manifest)).toEqual([]);
  });

  it('is the first of the kinds that it could be', async () => {
    const files: Record<string, string> = {
      'plugin.json': agentPlugin(),
      '.claude-plugin/plugin.json': '{"name": "demo"}',
      'plugin.yaml': 'name: demo\n',
      'SKILL.md': SKILL,
    };
    const kinds = [];
    for (const path of Object.keys(files)) {
      kinds.push((await read(files)).kind);
      delete files[path];
    }
    expect(kinds).toEqual(['agent-plugins', 'claude', 'molecule', 'skill']);
  });

  it('with the plugin.json of another tool is what else it is', async () => {
    const other = '{"id": "demo", "main": "index.js"}';
    expect(await read({ 'plugin.json': other, 'SKILL.md': SKILL })).toMatchObject({ kind: 'skill' });
    expect(await faultOf(read({ 'plugin.json': other }))).toEqual({
      code: 'MANIFEST_INVALID',
      findings: ['schema-missing', 'name-missing'],
    });
  });

  it('without any of the five files is no plugin, and the hint lists them', async () => {
    const work = read({ 'README.md': '' });
    await expect(work).rejects.toMatchObject({ code: 'MANIFEST_NOT_FOUND' });
    await expect(work).rejects.toHaveProperty(
      'hint',
      expect.stringMatching(/agent-plugin\.yaml, plugin\.json, \.claude-plugin\/plugin\.json, plugin\.yaml, SKILL\.md/),
    );
  });

  it.each(['agents/critic.md', 'langgraph.json'])('that holds %s is an agent', async (path) => {
    const { manifest } = await read({ 'plugin.json': agentPlugin(), [path]: '{}' });
    expect(manifest.plugin_type).toBe('agent');
  });

  it('tells what Claude writes as an object or as text, and leaves out what is of another type', async () => {
    const claude = {
      author: { name: 'Ada' },
      repository: { url: 'https://example.org/r' },
      keywords: ['a'],
      license: 1,
    };
    const container = await read({ '.claude-plugin/plugin.json': JSON.stringify({ name: 'demo', ...claude }) });
    expect(container.manifest).toMatchObject({ author: 'Ada', repository: 'https://example.org/r', keywords: ['a'] });
    expect(codesOf(container)).toEqual(['field-type', 'version-made']);
    const text = JSON.stringify({ name: 'demo', version: '1.0', author: 'Ada <a@example.org>', keywords: 'a' });
    const second = await read({ '.claude-plugin/plugin.json': text });
    expect(second.manifest.author).toBe('Ada <a@example.org>');
    expect(codesOf(second)).toEqual(['field-type']);
  });

  it('of Molecule has its tags as keywords, and its version as written', async () => {
    const text =
      'name: demo\nversion: 1.10\ndescription: >\n  Two\n  lines\ntags: [a, b]\nauthor: [x]\nkind: trigger\n';
    const container = await read({ 'plugin.yaml': text });
    expect(container.manifest).toMatchObject({ version: '1.10', description: 'Two lines', keywords: ['a', 'b'] });
    expect(container.findings).toMatchObject([{ code: 'field-type', path: 'plugin.yaml', line: 7 }]);
  });

  it('is read as a caller listed it', async () => {
    const dir = await createFolder({ 'plugin.json': agentPlugin() });
    const tree = await listTree(dir);
    expect((await readContainer(dir, { tree })).manifest.name).toBe('demo');
    await writeFile(join(dir, 'plugin.json'), agentPlugin({ name: 'evil' }));
    expect(await faultOf(readContainer(dir, { tree }))).toEqual({
      code: 'MANIFEST_INVALID',
      findings: ['file-changed'],
    });
  });
});

describe('the version of a foreign plugin', () => {
  const version = async (text: string | undefined, revision?: string) => {
    const container = await read({ 'plugin.json': agentPlugin({ version: text }) }, { revision });
    return [container.manifest.version, ...codesOf(container)];
  };

  it.each([
    ['1.2', '1.2'],
    ['v1.2.3', '1.2.3', 'version-mapped'],
    ['1.2.3-beta.1', '1.2.3', 'version-mapped'],
    ['1.2.3+build', '1.2.3', 'version-mapped'],
    ['01.02.3', '1.2.3', 'version-mapped'],
  ])('%s counts as %s', async (text, ...expected) => {
    expect(await version(text)).toEqual(expected);
  });

  it.each(['', '1', '1.2.3.4', 'latest', '1.2.x', '\u001b[31m', '9'.repeat(100)])(
    '%j is made from the revision',
    async (text) => {
      expect(await version(text, `${'0'.repeat(11)}a${'f'.repeat(28)}`)).toEqual(['0.0.10', 'version-made']);
    },
  );

  it('is the same for the same revision, and another for another', async () => {
    const [first] = await version(undefined, 'main@2024');
    expect(await version(undefined, 'main@2024')).toEqual([first, 'version-made']);
    expect((await version(undefined, 'abc'))[0]).not.toBe(first);
    expect(first).toMatch(/^0\.0\.[1-9][0-9]*$/);
  });

  it('is made of the content where nobody knows a revision', async () => {
    const [first] = await version(undefined);
    expect((await version(undefined))[0]).toBe(first);
    const other = await read({ 'plugin.json': agentPlugin({ version: undefined }), 'more.txt': 'x' });
    expect(other.manifest.version).not.toBe(first);
  });
});

describe('a hostile folder', () => {
  const claude = (fields: string) => ({ '.claude-plugin/plugin.json': fields });
  const invalid = (...findings: string[]) => ({ code: 'MANIFEST_INVALID', findings });

  it.each([
    ['JSON 100,000 deep', '['.repeat(100_000), 'json-invalid'],
    ['valid JSON 50,000 deep', `{"name": "demo", "a": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'json-too-deep'],
    ['a key twice', '{"name": "demo",\n"name": "evil"}', 'json-duplicate-key'],
    ['a key twice by an escape', '{"name": "demo", "\\u006eame": "evil"}', 'json-duplicate-key'],
    ['a key twice further in', '{"name": "demo", "author": {"name": "a", "name": "b"}}', 'json-duplicate-key'],
    ['a byte-order mark', '\ufeff{"name": "demo"}', 'json-invalid'],
    ['a comment', '{"name": "demo" /* x */}', 'json-invalid'],
    ['a list', '["demo"]', 'json-not-object'],
    ['nothing', '', 'json-invalid'],
    ['bytes that are no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), 'json-invalid'],
    ['more than 1 MiB', `{"name": "demo", "x": "${'x'.repeat(1_048_576)}"}`, 'file-too-large'],
  ])('with %s as its JSON is refused', async (_title, text, code) => {
    expect(await faultOf(read({ '.claude-plugin/plugin.json': text }))).toEqual(invalid(code));
    expect(await faultOf(read({ 'plugin.json': text, 'SKILL.md': SKILL }))).toEqual(invalid(code));
  });

  it('with a colon, a brace or a line in a text loses no key', async () => {
    const text = '{\n"description": "a\\": {\\"b\\": [,\\\\",\n"name": "demo", "license": 5}';
    expect((await read(claude(text))).findings).toMatchObject([{ line: 3 }, { code: 'version-made' }]);
  });

  it.each([
    '../../etc',
    '/etc/passwd',
    'a\u001b[31mb',
    'a\u0000b',
    'con',
    'a\u202eb',
    'ａｂ',
    '',
    '-a',
    'x'.repeat(200),
  ])('named %j does not get that name', async (name) => {
    const files = claude(JSON.stringify({ name, version: '1.0.0' }));
    expect(await faultOf(read(files))).toEqual(invalid('name-invalid'));
    expect((await read(files, { name: 'given' })).manifest.name).toBe('given');
    expect(await faultOf(read(files, { name: '../x' }))).toEqual(invalid('name-invalid'));
    const molecule = { 'plugin.yaml': `name: ${JSON.stringify(name)}\n` };
    expect(await faultOf(read(molecule))).toMatchObject({ code: 'MANIFEST_INVALID' });
  });

  it('with the prototype as a field does not reach it', async () => {
    const text = '{"__proto__": {"name": "evil"}, "constructor": {"prototype": {"polluted": 1}}}';
    expect(await faultOf(read(claude(text)))).toEqual(invalid('name-invalid'));
    expect((await read(claude(text), { name: 'demo' })).manifest.name).toBe('demo');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('with texts that nobody sees, or without end, gets a manifest that could be published', async () => {
    const evil = `\u001b]0;x\u0007\u202eevil\u0000\n${'e\u0301'.repeat(9000)}\ud800`;
    const fields = {
      name: 'demo',
      description: evil,
      author: evil,
      license: evil,
      keywords: Array(200).fill('k\u202e'),
    };
    const links = { homepage: 'javascript:alert(1)', repository: 'https://user:secret@example.org/' };
    const container = await read(claude(JSON.stringify({ ...fields, ...links, version: '1.0.0' })));
    expect(checkPublishable(container.manifest)).toEqual([]);
    expect(container.manifest.description).toHaveLength(4096);
    expect(container.manifest).not.toHaveProperty('homepage');
    expect(container.manifest).not.toHaveProperty('repository');
    expect(codesOf(container)).toEqual(['text-cut', 'text-cut', 'text-cut', 'list-cut', 'url-invalid', 'url-invalid']);
    expect(JSON.stringify(container.findings)).not.toContain('secret');
  });

  it.each([
    ['an alias', 'name: &a demo\nversion: *a\n'],
    ['a tag', 'name: !evil demo\n'],
    ['a key twice', 'name: demo\nname: evil\n'],
    ['brackets without end', `name: ${'['.repeat(20_000)}\n`],
    ['a list', '- name: demo\n'],
  ])('with %s in its plugin.yaml is refused', async (_title, text) => {
    const { code, findings } = await faultOf(read({ 'plugin.yaml': text }));
    expect([code, new Set(findings)]).toEqual(['MANIFEST_INVALID', new Set(['yaml-invalid'])]);
  });

  it.each([
    ['no frontmatter', 'Do it.\n', ['frontmatter-missing']],
    ['an open frontmatter', '---\nname: demo\n', ['frontmatter-missing']],
    ['a bad frontmatter', '---\nname: demo\nname: evil\n---\n', ['yaml-invalid']],
    ['no name', '---\ndescription: x\n---\n', ['name-invalid']],
  ])('that is a skill with %s is refused', async (_title, text, codes) => {
    expect(await faultOf(read({ 'SKILL.md': text }))).toEqual(invalid(...codes));
  });

  it.skipIf(process.platform === 'win32')('with a link in the place of its manifest is refused', async () => {
    const outside = await createFolder({ 'plugin.json': agentPlugin(), 'agent-plugin.yaml': OWN });
    const dir = await createFolder();
    await symlink(join(outside, 'plugin.json'), join(dir, 'plugin.json'));
    expect(await faultOf(readContainer(dir))).toMatchObject({ code: 'TREE_UNSAFE' });
    const second = await createFolder();
    await symlink(join(outside, 'agent-plugin.yaml'), join(second, 'agent-plugin.yaml'));
    expect(await faultOf(readContainer(second))).toEqual(invalid('file-unsafe'));
  });

  it.skipIf(process.platform === 'win32')(
    'whose .claude-plugin became a link after it was listed is refused',
    async () => {
      const dir = await createFolder(claude('{"name": "demo"}'));
      const tree = await listTree(dir);
      await rename(join(dir, '.claude-plugin'), `${dir}-aside`);
      await symlink(`${dir}-aside`, join(dir, '.claude-plugin'));
      expect(await faultOf(readContainer(dir, { tree }))).toEqual(invalid('file-unsafe'));
      await rename(`${dir}-aside`, join(await createFolder(), 'aside'));
    },
  );

  it('with a hard link as its manifest is refused', async () => {
    const dir = await createFolder({ 'a.txt': agentPlugin() });
    await link(join(dir, 'a.txt'), join(dir, 'plugin.json'));
    expect(await faultOf(readContainer(dir))).toMatchObject({ code: 'TREE_UNSAFE' });
  });
});
