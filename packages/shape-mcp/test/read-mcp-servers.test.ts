import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canSetVariable } from '@agentmesh/sandbox';
import { createShape, readMcpServers, startMcpServer } from '@agentmesh/shape-mcp';
import { checkShape, createFolderContext, type PluginFiles, stagePlugin, writePluginFiles } from '@agentmesh/testkit';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';

const MCP = 'https://agent-plugins.org/schemas/1.0.0/mcp.schema.json';
const PLUGIN = 'https://agent-plugins.org/schemas/1.0.0/plugin.schema.json';
const SCHEMA_FILE = join(import.meta.dirname, '../../../../shared/vectors/agent-plugins-1.0/mcp.schema.json');
const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function read(files: PluginFiles): ReturnType<typeof readMcpServers> {
  return readMcpServers(await stage(files));
}

async function stage(files: PluginFiles): ReturnType<typeof stagePlugin> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmesh-mcp-'));
  folders.push(folder);
  await writePluginFiles(folder, files);
  return stagePlugin(folder);
}

const file = (servers: object, more: object = { $schema: MCP }): string =>
  JSON.stringify({ ...more, mcpServers: servers });
const GOOD = {
  type: 'stdio',
  command: 'node',
  args: ['${PLUGIN_ROOT}/s.mjs'],
  env: { A: 'b' },
  cwd: '${PLUGIN_DATA}/x',
};
const REMOTE = { type: 'streamable-http', url: 'https://example.com/mcp' };

const BAD: readonly [string, unknown][] = [
  ['is no object', 7],
  ['has no type', { command: 'node' }],
  ['has an unknown type', { type: 'http', url: 'https://example.com' }],
  ['has an unknown field', { ...GOOD, timeout: 1 }],
  ['has a field of another variant', { ...GOOD, url: 'https://example.com' }],
  ['has no command', { type: 'stdio' }],
  ['has an empty command', { ...GOOD, command: '' }],
  ['has args that are no texts', { ...GOOD, args: [1] }],
  ['has an env that is no object', { ...GOOD, env: [] }],
  ['sets PLUGIN_ROOT', { ...GOOD, env: { PLUGIN_ROOT: '/' } }],
  ['has an absolute cwd', { ...GOOD, cwd: '/etc' }],
  ['has a bare cwd', { ...GOOD, cwd: 'src' }],
  ['has no url', { type: 'sse' }],
  ['has a header that is no text', { ...REMOTE, headers: { A: 1 } }],
  ['has a command on a remote server', { ...REMOTE, command: 'node' }],
];
/** Rules that the schema cannot say. */
const BAD_BEYOND_SCHEMA: readonly [string, unknown][] = [
  ...['LD_PRELOAD', 'LD_AUDIT', 'BASH_ENV', 'BASH_FUNC_ulimit%%', 'SHELLOPTS', 'ENV', 'PS4', 'IFS', 'A B', ''].map(
    (name): [string, unknown] => [`sets ${name}`, { ...GOOD, env: { [name]: 'x' } }],
  ),
  ['has a command of two words', { ...GOOD, command: 'node x' }],
  ['has a placeholder in its command', { ...GOOD, command: '${PLUGIN_ROOT}/x' }],
  ['has an absolute command', { ...GOOD, command: '/bin/sh' }],
  ['has a command that leads out', { ...GOOD, command: './../x' }],
  ['has a command that is not there', { ...GOOD, command: './x' }],
  ['has a cwd that leads out', { ...GOOD, cwd: './../..' }],
  ['has a data cwd that leads out', { ...GOOD, cwd: '${PLUGIN_DATA}/../x' }],
  ['has a relative url', { ...REMOTE, url: '/mcp' }],
  ['has a url of another scheme', { ...REMOTE, url: 'file:///etc/passwd' }],
  ['has a user in its url', { ...REMOTE, url: 'https://a:b@example.com/' }],
  ['has a fragment in its url', { ...REMOTE, url: 'https://example.com/#x' }],
  ['has http to somewhere else', { ...REMOTE, url: 'http://example.com/' }],
  ['has http to a name that looks like loopback', { ...REMOTE, url: 'http://localhost.example.com/' }],
  ['has a header with a bad name', { ...REMOTE, headers: { 'a b': 'x' } }],
  ['has a header twice by case', { ...REMOTE, headers: { A: 'x', a: 'y' } }],
  ['has a header with a line break', { ...REMOTE, headers: { A: 'x\r\nB: y' } }],
];

describe('mcp.json of Agent Plugins 1.0', () => {
  it.each([...BAD, ...BAD_BEYOND_SCHEMA])('skips one server that %s, and keeps the other', async (_, bad) => {
    const { servers, findings } = await read({ 'mcp.json': file({ bad, good: GOOD }) });
    expect(servers.map(({ name }) => name)).toEqual(['good']);
    expect(findings).toMatchObject([{ code: 'mcp-server-invalid', severity: 'error', path: 'mcp.json', line: 1 }]);
  });

  it.each([
    ['stdio', GOOD],
    ['streamable-http', { ...REMOTE, headers: { Authorization: 'Bearer ${TOKEN}' } }],
    ['sse', { type: 'sse', url: 'http://127.0.0.1:8000/sse' }],
  ])('takes the variant %s, and expands nothing in it yet', async (_, server) => {
    const { servers, findings } = await read({ 'mcp.json': file({ server }) });
    expect(findings).toEqual([]);
    expect(servers[0]?.server).toMatchObject(server);
  });

  it.each([
    ['without a $schema', { 'mcp.json': file({ good: GOOD }, {}) }],
    ['of another version', { 'mcp.json': file({ good: GOOD }, { $schema: MCP.replace('1.0.0', '2.0.0') }) }],
    [
      'beside a plugin.json of another version',
      {
        'plugin.json': JSON.stringify({ $schema: PLUGIN.replace('1.0.0', '2.0.0') }),
        'mcp.json': file({ good: GOOD }),
      },
    ],
  ])('is off %s', async (_, files) => {
    const { servers, findings } = await read(files);
    expect(servers).toEqual([]);
    expect(findings.map(({ code }) => code)).toEqual(['mcp-schema']);
  });

  it.each([
    ['no JSON', '{', 'mcp-json'],
    ['JSON with comments', `// x\n${file({})}`, 'mcp-json'],
    ['a name twice', `{"$schema":"${MCP}","mcpServers":{"a":1,"a":2}}`, 'mcp-json'],
    ['nested 100,000 deep', '['.repeat(100_000), 'mcp-json'],
    ['more than 256 KiB', ' '.repeat(300_000), 'mcp-unreadable'],
    ['an unknown field on top', file({}, { $schema: MCP, x: 1 }), 'mcp-shape'],
    ['servers that are a list', JSON.stringify({ $schema: MCP, mcpServers: [] }), 'mcp-shape'],
  ])('that is %s is a finding, no crash', async (_, text, code) => {
    const { servers, findings } = await read({ 'mcp.json': text });
    expect(servers).toEqual([]);
    expect(findings.map((finding) => finding.code)).toEqual([code]);
  });

  it('with a server called __proto__ names it and pollutes nothing', async () => {
    const { servers } = await read({
      'mcp.json': `{"$schema":"${MCP}","mcpServers":{"__proto__":${JSON.stringify(GOOD)},"a b":${JSON.stringify(GOOD)}}}`,
    });
    expect(servers.map(({ name }) => name)).toEqual(['__proto__']);
    expect(Object.hasOwn({}, 'command')).toBe(false);
  });

  it('keeps the first 64 of 100 servers and says so', async () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`s${index}`, GOOD]));
    const { servers, findings } = await read({ 'mcp.json': file(many) });
    expect([servers.length, findings.map(({ code }) => code)]).toEqual([64, ['mcp-too-many']]);
  });
});

describe.runIf(existsSync(SCHEMA_FILE))('the published schema of mcp.json', () => {
  const validate = existsSync(SCHEMA_FILE)
    ? new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')))
    : () => false;

  it.each(BAD)('refuses a server that %s, too', (_, bad) => {
    expect(validate({ $schema: MCP, mcpServers: { bad } })).toBe(false);
  });

  it.each([GOOD, REMOTE])('takes what is taken here', (server) => {
    expect(validate({ $schema: MCP, mcpServers: { server } })).toBe(true);
  });
});

describe('servers of Claude', () => {
  it('may stand in .mcp.json, with its name for the root, http and no type', async () => {
    const servers = {
      a: { command: '${CLAUDE_PLUGIN_ROOT}/run.js', args: ['${CLAUDE_PLUGIN_ROOT}/x'] },
      b: { type: 'http', url: 'https://example.com/' },
    };
    const found = await read({ '.mcp.json': file(servers, {}), 'run.js': '' });
    expect(found.findings).toEqual([]);
    expect(found.servers.map(({ server }) => server)).toMatchObject([
      { type: 'stdio', command: './run.js', args: ['${PLUGIN_ROOT}/x'] },
      { type: 'streamable-http', url: 'https://example.com/' },
    ]);
  });

  it('may stand without mcpServers, inline in plugin.json, and in a file that it names', async () => {
    expect((await read({ '.mcp.json': JSON.stringify({ a: { command: 'node' } }) })).servers).toHaveLength(1);
    const inline = JSON.stringify({ name: 'x', mcpServers: { b: { command: 'node' } } });
    expect((await read({ '.claude-plugin/plugin.json': inline })).servers.map(({ name }) => name)).toEqual(['b']);
    const named = JSON.stringify({ name: 'x', mcpServers: './conf/m.json' });
    const files = { '.claude-plugin/plugin.json': named, 'conf/m.json': file({ c: { command: 'node' } }, {}) };
    expect((await read(files)).servers.map(({ name }) => name)).toEqual(['c']);
  });

  it('of a name that comes again give way, and an unknown field is a warning', async () => {
    const { servers, findings } = await read({
      'mcp.json': file({ a: GOOD }),
      '.mcp.json': file({ a: { command: 'x' }, b: { command: 'y', note: 1 } }, {}),
    });
    expect(servers.map(({ name, dialect }) => `${name} ${dialect}`)).toEqual(['a agent-plugins', 'b claude']);
    expect(findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      'mcp-duplicate warning',
      'mcp-unknown-field warning',
    ]);
  });
});

describe('starting a server', () => {
  const sandbox = { start: async (request: unknown) => request as never };

  it('hands the sandbox command, arguments and environment, without what Claude only passes on', async () => {
    const plugin = await stage({
      '.mcp.json': file({ a: { command: 'node', args: ['x'], env: { T: '${T}', U: 'u' } } }, {}),
    });
    expect(await startMcpServer({ sandbox, plugin })).toMatchObject({
      plugin: 'demo',
      command: 'node',
      args: ['x'],
      env: { U: 'u' },
    });
  });

  it.each([
    ['x', 'MCP_SERVER_NOT_FOUND'],
    ['r', 'MCP_SERVER_REMOTE'],
    [undefined, 'MCP_SERVER_AMBIGUOUS'],
  ])('of %s fails with %s', async (server, code) => {
    const plugin = await stage({ 'mcp.json': file({ aa: GOOD, bb: GOOD, r: REMOTE }) });
    await expect(startMcpServer({ sandbox, plugin, server })).rejects.toMatchObject({ code });
  });
});

describe('the shape mcp', () => {
  const contract = {
    createShape: () => createShape({ launcher: { command: '/usr/bin/node', args: ['/opt/agentmesh.js'] } }),
    good: { files: { 'mcp.json': file({ one: GOOD, two: REMOTE }) }, registers: ['server one', 'server two'] as const },
    next: { 'mcp.json': file({ one: GOOD, two: { ...REMOTE, url: 'https://example.com/next' } }) },
    faulty: [
      {
        title: 'one server of two',
        files: { 'mcp.json': file({ bad: 1, one: GOOD }) },
        registers: ['server one'] as const,
        codes: ['mcp-server-invalid'],
      },
    ],
    foreign: { 'skills/a/SKILL.md': 'x' },
  };
  for (const check of checkShape(contract)) it(check.name, check.run);

  it('has a client start a server through the launcher, so that it is contained there too', async () => {
    const asked: unknown[] = [];
    const plugin = await stage({ 'mcp.json': file({ one: GOOD, wild: { type: 'stdio', command: 'npx' } }) });
    const targetDir = await mkdtemp(join(tmpdir(), 'agentmesh-mcp-'));
    folders.push(targetDir);
    const context = createFolderContext({ targetDir, plugin: 'demo', root: plugin.root } as never);
    const spied = Object.assign(Object.create(context), {
      registerMcpServer: async (server: unknown) => {
        asked.push(server);
        return { kind: 'server', path: 'm.json', name: 'x', digest: 'd' };
      },
    });
    const { findings } = await contract.createShape().activate(plugin, spied);
    expect(asked).toMatchObject([
      { name: 'one', server: { command: '/usr/bin/node', args: ['/opt/agentmesh.js', 'demo', 'one'] } },
      { name: 'wild' },
    ]);
    expect(findings.map(({ code }) => code)).toEqual(['mcp-not-contained']);
  });
});

describe('the names of variables', () => {
  it.each([
    'A',
    '_a1',
    'PATH',
    'LD_',
    'LD_PRELOAD',
    'BASHOPTS',
    'SHELLOPTS',
    'ENV',
    'ENVIRONMENT',
    'PS4',
    'IFS',
    'PLUGIN_DATA',
    '1A',
    'é',
    'a-b',
    'a'.repeat(129),
  ])('are taken where the sandbox takes them: %s', async (name) => {
    const { servers } = await read({ 'mcp.json': file({ s: { ...GOOD, env: { [name]: 'x' } } }) });
    expect(servers.length === 1).toBe(canSetVariable(name));
  });

  it('are found wanting in the only server, inline in the container of Claude, which is still found', async () => {
    const plugin = await stage({
      '.claude-plugin/plugin.json': JSON.stringify({
        name: 'x',
        mcpServers: { s: { command: 'node', env: { LD_PRELOAD: '/x.so' } } },
      }),
    });
    expect(await createShape().detect(plugin)).toBe(true);
    expect((await createShape().check(plugin)).map(({ code }) => code)).toEqual(['mcp-server-invalid']);
  });
});
