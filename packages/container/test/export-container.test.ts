import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportContainer, importContainer, readContainer } from '@agentmesh/container';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { agentPlugin, createFolder, type Files, faultOf, readFolder } from './folders.js';

const SCHEMAS = new URL('../../../../shared/vectors/agent-plugins-1.0/', import.meta.url);
const isThere = existsSync(SCHEMAS);
if (!isThere) console.warn('Skipped: ../shared/vectors/agent-plugins-1.0 is not here');

const OWN = `name: Demo_Plugin
version: 1.2.0
description: Does it.
author: ada@example.org
plugin_type: integration
capabilities: []
dependencies: []
license: MIT
homepage: https://example.org/
repository: https://example.org/r
keywords: [a, b]
`;
const SKILL = '---\nname: notes\ndescription: Turns notes into a list.\n---\n';

async function exported(files: Files, to: 'agent-plugins' | 'claude') {
  const target = join(await createFolder(), 'out');
  const { manifestPath, findings } = await exportContainer(await createFolder(files), { to, target });
  return { target, manifestPath, codes: findings.map(({ code }) => code), files: await readFolder(target) };
}

/** `\u0024` keeps the linter from taking it for a slip. */
const variable = (name: string) => `\u0024{${name}}`;

describe('an export', () => {
  it.each([
    ['agent-plugins', 'plugin.json'],
    ['claude', '.claude-plugin/plugin.json'],
  ] as const)('to %s and back loses no field that both sides have', async (to, path) => {
    const { target, manifestPath, codes } = await exported(
      { 'agent-plugin.yaml': OWN, 'skills/notes/SKILL.md': SKILL },
      to,
    );
    expect([manifestPath, codes]).toEqual([path, ['name-mapped']]);
    const { kind, manifest, findings } = await readContainer(target);
    expect([kind, findings]).toEqual([to, []]);
    expect(manifest).toMatchObject({
      name: 'demo-plugin',
      version: '1.2.0',
      description: 'Does it.',
      author: 'ada@example.org',
      license: 'MIT',
      homepage: 'https://example.org/',
      repository: 'https://example.org/r',
      keywords: ['a', 'b'],
    });
  });

  it('leaves agent-plugin.yaml out, copies all the rest, and changes nothing in its source', async () => {
    const files = { 'agent-plugin.yaml': OWN, 'skills/notes/SKILL.md': SKILL, LICENSE: 'MIT\n' };
    const dir = await createFolder(files);
    const target = join(await createFolder(), 'out');
    await exportContainer(dir, { to: 'agent-plugins', target });
    const { 'plugin.json': written, ...others } = await readFolder(target);
    expect(others).toEqual({ LICENSE: 'MIT\n', 'skills/notes/SKILL.md': SKILL });
    expect(written).toContain('"demo-plugin"');
    expect(await readFolder(dir)).toEqual(files);
  });

  it.each([
    ['agent-plugins', 'plugin.json', agentPlugin({ extensions: { 'org.example': { x: 1 } } })],
    ['claude', '.claude-plugin/plugin.json', '{"name": "demo", "hooks": "./hooks.json"}'],
  ] as const)('of an imported plugin to %s gives back its own files', async (to, path, text) => {
    const dir = await createFolder({ [path]: text, 'x.txt': 'x' });
    const before = await readFolder(dir);
    await importContainer(dir);
    const target = join(await createFolder(), 'out');
    await exportContainer(dir, { to, target });
    expect(await readFolder(target)).toEqual(before);
  });

  it('tells what the other side has no place for', async () => {
    const more = 'permissions: {net: ["example.org:443"]}\nentry: index.js\n';
    const { codes } = await exported({ 'agent-plugin.yaml': `${OWN}${more}`, 'index.js': '' }, 'agent-plugins');
    expect(codes).toEqual(['name-mapped', 'field-left-out', 'field-left-out']);
  });

  it('puts a plugin that is one skill where both sides look for skills', async () => {
    const { files } = await exported({ 'SKILL.md': SKILL, 'references/a.md': 'a' }, 'agent-plugins');
    expect(Object.keys(files).sort()).toEqual(['plugin.json', 'skills/notes/SKILL.md', 'skills/notes/references/a.md']);
  });

  it('refuses a plugin.json of another tool, a target with files, and a name that cannot be written', async () => {
    const files = { 'agent-plugin.yaml': OWN, 'plugin.json': '{"id": 1}' };
    expect(await faultOf(exported(files, 'agent-plugins'))).toMatchObject({ code: 'EXPORT_CONFLICT' });
    const dir = await createFolder({ 'agent-plugin.yaml': OWN });
    const target = await createFolder({ 'mine.txt': 'mine' });
    expect(await faultOf(exportContainer(dir, { to: 'claude', target }))).toMatchObject({ code: 'TARGET_NOT_EMPTY' });
    expect(await readFolder(target)).toEqual({ 'mine.txt': 'mine' });
    const long = OWN.replace('Demo_Plugin', 'x'.repeat(100));
    expect(await faultOf(exported({ 'agent-plugin.yaml': long }, 'claude'))).toEqual({
      code: 'MANIFEST_INVALID',
      findings: ['name-invalid'],
    });
  });
});

describe('the MCP servers of an exported plugin', () => {
  const servers = {
    local: {
      type: 'stdio',
      command: './server.js',
      args: [`${variable('PLUGIN_DATA')}/db`],
      env: { A: variable('PLUGIN_ROOT') },
    },
    named: { type: 'stdio', command: 'node', cwd: './sub' },
    far: { type: 'streamable-http', url: 'https://example.org/mcp', headers: { 'X-A': 'b' } },
    old: { type: 'sse', url: 'https://example.org/sse' },
  };
  const mcp = (mcpServers: object) =>
    JSON.stringify({ $schema: 'https://agent-plugins.org/schemas/1.0.0/mcp.schema.json', mcpServers });

  it('are written as Claude writes them', async () => {
    const { files, codes } = await exported({ 'plugin.json': agentPlugin(), 'mcp.json': mcp(servers) }, 'claude');
    expect(codes).toEqual([]);
    const root = variable('CLAUDE_PLUGIN_ROOT');
    expect(JSON.parse(files['.mcp.json'] ?? '').mcpServers).toEqual({
      local: {
        type: 'stdio',
        command: `${root}/server.js`,
        args: [`${variable('CLAUDE_PLUGIN_DATA')}/db`],
        env: { A: root },
        cwd: root,
      },
      named: { type: 'stdio', command: 'node', cwd: `${root}/sub` },
      far: { type: 'http', url: 'https://example.org/mcp', headers: { 'X-A': 'b' } },
      old: { type: 'sse', url: 'https://example.org/sse' },
    });
  });

  it.skipIf(!isThere)('come back from Claude in a form that the published schema takes', async () => {
    const there = await exported({ 'plugin.json': agentPlugin(), 'mcp.json': mcp(servers) }, 'claude');
    const { 'plugin.json': _own, 'mcp.json': _mcp, ...claude } = there.files;
    const { files } = await exported(claude, 'agent-plugins');
    const back = JSON.parse(files['mcp.json'] ?? '');
    const validate = new Ajv2020({ strict: false }).compile(
      JSON.parse(readFileSync(new URL('mcp.schema.json', SCHEMAS), 'utf8')),
    );
    expect([validate(back), validate.errors]).toEqual([true, null]);
    expect(back.mcpServers).toMatchObject({ far: servers.far, old: servers.old, local: servers.local });
  });

  it('are left out one by one where the other side has no words for them', async () => {
    const claude = {
      good: { command: 'node', args: ['x'] },
      secret: { command: 'node', env: { TOKEN: variable('GITHUB_TOKEN') } },
      header: { type: 'http', url: 'https://example.org', headers: { A: variable('TOKEN') } },
      socket: { type: 'ws', url: 'wss://example.org' },
      text: 'node',
    };
    const { files, codes } = await exported(
      { '.claude-plugin/plugin.json': '{"name": "demo", "version": "1.0.0"}', '.mcp.json': JSON.stringify(claude) },
      'agent-plugins',
    );
    expect(JSON.parse(files['mcp.json'] ?? '').mcpServers).toEqual({
      good: { type: 'stdio', command: 'node', args: ['x'] },
    });
    expect(codes).toEqual(['mcp-left-out', 'mcp-left-out', 'mcp-left-out', 'mcp-left-out']);
  });

  it('are left out where their file cannot be read, and that is told', async () => {
    const { files, codes } = await exported({ 'plugin.json': agentPlugin(), 'mcp.json': '{' }, 'claude');
    expect([files['.mcp.json'], codes]).toEqual([undefined, ['json-invalid']]);
  });
});
