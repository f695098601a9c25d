import { appendFile, lstat, mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliWorkspace, openWorkspace } from '../apps/cli/test/support/workspace.js';

type Files = Readonly<Record<string, string>>;

let cli: CliWorkspace;
beforeAll(async () => {
  cli = await openWorkspace();
});
afterAll(() => cli.close());

async function write(files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(cli.path(path)), { recursive: true });
    await writeFile(cli.path(path), text);
  }
}

/** What the user sees of the project: every file and link but those of agentmesh itself, and of the plugin's source. */
async function snapshot(dir = cli.project, below = ''): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of (await readdir(join(dir, below))).sort()) {
    const path = below === '' ? name : `${below}/${name}`;
    if (['.agentmesh', 'agentmesh.yaml', 'agentmesh.lock', 'tools'].includes(path)) continue;
    const stats = await lstat(join(dir, path));
    if (stats.isSymbolicLink()) found[path] = `-> ${await readlink(join(dir, path))}`;
    else if (stats.isDirectory()) Object.assign(found, await snapshot(dir, path));
    else found[path] = await readFile(join(dir, path), 'utf8');
  }
  return found;
}

const skill = (name: string, text: string): string =>
  `---\nname: ${name}\ndescription: What ${name} is for.\n---\n${text}\n`;
const manifest = (version: string): string =>
  `name: tools\nversion: ${version}\ndescription: Tools\nauthor: Ada\nplugin_type: integration\n`;

const MINE: Files = {
  'AGENTS.md': '# Mine\r\nWindows line.\r\n',
  'CLAUDE.md': '# Mine\n',
  '.mcp.json': '{\n  "mcpServers": { "own": { "command": "own" } }\n}\n',
  '.codex/config.toml': '# which model\nmodel = "m" # the best\n',
  '.cursor/mcp.json': '{\n  // my servers\n  "mcpServers": { "own": { "command": "own" } }, // keep\n}\n',
  '.gemini/settings.json': '{\n\t/* theme */\n\t"theme": "dark"\n}',
};

describe('install, edit, upgrade, uninstall from the command line, over every client', () => {
  it('leaves the expected tree byte for byte, with all that the user wrote', async () => {
    await write(MINE);
    const before = await snapshot();
    await write({
      'tools/agent-plugin.yaml': manifest('1.0.0'),
      'tools/skills/notes/SKILL.md': skill('notes', 'One.'),
      'tools/skills/mail/SKILL.md': skill('mail', 'One.'),
      'tools/skills/bad/SKILL.md': 'no skill',
      'tools/rules/style.md': 'Write short lines.',
      'tools/mcp.json': JSON.stringify({
        $schema: 'https://agent-plugins.org/schemas/1.0.0/mcp.schema.json',
        mcpServers: { files: { type: 'stdio', command: 'node', args: ['./server.js'] } },
      }),
    });
    const installed = await cli.run(['plugin', 'install', './tools', '--client', 'claude,codex,cursor,copilot,gemini']);
    expect(installed).toMatchObject({ status: 0, stdout: expect.stringContaining('brought tools into gemini') });
    expect(installed.stderr).toContain('skills/bad/SKILL.md');
    const first = await snapshot();
    expect(first['.github/skills/notes']).toBe('-> ../../.agentmesh/plugins/tools/skills/notes');
    expect(first['AGENTS.md']).toContain('Write short lines.');
    for (const path of [
      '.mcp.json',
      '.codex/config.toml',
      '.cursor/mcp.json',
      '.gemini/settings.json',
      '.github/mcp.json',
    ]) {
      expect(first[path], path).toContain('files');
      expect(first[path], path).toContain('start');
    }
    for (let time = 0; time < 2; time += 1) await cli.run(['plugin', 'install', './tools']);
    expect(await snapshot()).toEqual(first);
    const { data } = await cli.json(['client', 'list']);
    expect(
      (data as { clients: { id: string; items: object[] }[] }).clients.map(({ id, items }) => [id, items.length]),
    ).toEqual(['claude', 'codex', 'cursor', 'copilot', 'gemini'].map((id) => [id, 4]));

    await appendFile(cli.path('AGENTS.md'), 'More of mine.\r\n');
    await writeFile(cli.path('.codex/config.toml'), '# which model\nmodel = "m" # the very best\n');
    await rm(cli.path('.gemini/skills/mail'));
    await mkdir(cli.path('.gemini/skills/mail'));
    await writeFile(cli.path('.gemini/skills/mail/SKILL.md'), 'my own');

    await rm(cli.path('tools/skills'), { recursive: true });
    await write({
      'tools/agent-plugin.yaml': manifest('2.0.0'),
      'tools/skills/notes/SKILL.md': skill('notes', 'Two.'),
      'tools/rules/style.md': 'Write shorter lines.',
    });
    const updated = await cli.run(['plugin', 'install', './tools']);
    expect(updated.stdout).toContain('kept skill .gemini/skills/mail of tools in gemini');
    const second = await snapshot();
    expect(second['.claude/skills/mail']).toBeUndefined();
    expect(second['AGENTS.md']?.match(/Write shorter lines\./g)).toHaveLength(1);
    expect(await readFile(cli.path('.claude/skills/notes/SKILL.md'), 'utf8')).toContain('Two.');

    await cli.run(['plugin', 'rollback']);
    expect((await snapshot())['CLAUDE.md']).toContain('Write short lines.');
    const gone = await cli.run(['plugin', 'uninstall', 'tools']);
    expect(gone).toMatchObject({ status: 0, stdout: expect.stringContaining('took tools out of claude') });
    expect(await snapshot()).toEqual({
      ...before,
      'AGENTS.md': '# Mine\r\nWindows line.\r\nMore of mine.\r\n',
      '.codex/config.toml': '# which model\nmodel = "m" # the very best\n',
      '.gemini/skills/mail/SKILL.md': 'my own',
    });
    await cli.run(['plugin', 'activate', '--client', 'none']);
  });
});

describe('a plugin of another format', () => {
  it('installs as it is, and is imported, checked and exported', async () => {
    await write({ 'weather/SKILL.md': skill('weather', 'Look out.') });
    const planned = await cli.run(['plugin', 'install', './weather', '--client', 'claude', '--dry-run']);
    expect(planned.stdout).toContain('would bring weather into claude: skill .claude/skills/weather');
    await expect(lstat(cli.path('.claude/skills/weather'))).rejects.toMatchObject({ code: 'ENOENT' });
    await cli.run(['plugin', 'install', './weather', '--client', 'claude']);
    const { data } = await cli.json(['plugin', 'list']);
    expect(data).toMatchObject({
      plugins: [{ name: 'weather', state: 'unsigned', shapes: ['agentskills'], clients: ['claude'] }],
    });
    expect(await cli.run(['plugin', 'publish', './weather'])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('agentmesh plugin import'),
    });
    await cli.run(['plugin', 'import', './weather', '--author', 'Ada', '--set-version', '1.0.0']);
    expect((await cli.json(['plugin', 'check', './weather'])).data).toMatchObject({
      version: '1.0.0',
      format: 'agentmesh',
      findings: [],
    });
    expect((await cli.run(['plugin', 'import', './weather'])).status).toBe(6);
    const exported = await cli.json(['plugin', 'export', './weather', '--to', 'claude', '-o', 'for-claude']);
    expect(exported.data).toMatchObject({ manifest: '.claude-plugin/plugin.json' });
    await cli.run(['plugin', 'uninstall', 'weather']);
  });

  it('of Claude brings its skill and its server, which starts contained, and goes without a trace', async () => {
    const source = `let left = '';
      const say = (id, result) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
      process.stdin.on('data', (chunk) => {
        const lines = (left + chunk).split('\\n');
        left = lines.pop();
        for (const { id, method, params } of lines.map((line) => JSON.parse(line))) {
          if (method === 'initialize') say(id, { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'rain', version: '1' } });
          if (method === 'tools/list') say(id, { tools: [{ name: 'forecast', inputSchema: { type: 'object' } }] });
        }
      });`;
    await write({
      'rain/.claude-plugin/plugin.json': JSON.stringify({ name: 'rain', version: '1.2.0', description: 'Rain' }),
      'rain/.mcp.json': JSON.stringify({
        mcpServers: { rain: { command: 'node', args: ['${CLAUDE_PLUGIN_ROOT}/server/rain.mjs'] } },
      }),
      'rain/server/rain.mjs': source,
      'rain/skills/rain/SKILL.md': skill('rain', 'Take a coat.'),
    });
    const before = await snapshot();
    const installed = await cli.run(['plugin', 'install', './rain', '--client', 'claude,gemini']);
    expect(installed.status, installed.stderr).toBe(0);
    expect(await readFile(cli.path('.gemini/settings.json'), 'utf8')).toMatch(/"rain"/);
    expect(JSON.parse(await readFile(cli.path('.mcp.json'), 'utf8')).mcpServers).toHaveProperty('rain');
    expect((await snapshot())['.claude/skills/rain']).toMatch(/^-> /);
    expect((await cli.json(['plugin', 'list'])).data).toMatchObject({
      plugins: [{ name: 'rain', version: '1.2.0', state: 'unsigned', shapes: ['agentskills', 'mcp'] }],
    });
    if (process.platform === 'linux') {
      expect((await cli.json(['plugin', 'mcp', 'probe', 'rain'])).data).toMatchObject({
        server: { name: 'rain' },
        tools: [{ name: 'forecast' }],
      });
    }
    await cli.run(['plugin', 'uninstall', 'rain']);
    expect(await snapshot()).toEqual(before);
  });

  it('is not published with faulty files, all of which are named', async () => {
    await write({
      'faulty/agent-plugin.yaml': manifest('1.0.0').replace('tools', 'faulty'),
      'faulty/skills/a/SKILL.md': 'no skill',
      'faulty/skills/b/SKILL.md': '---\nname: b\n---\n',
    });
    const refused = await cli.run(['plugin', 'publish', './faulty']);
    expect(refused).toMatchObject({ status: 4, stderr: expect.stringContaining('SHAPES_INVALID') });
    for (const path of ['skills/a/SKILL.md', 'skills/b/SKILL.md']) expect(refused.stderr).toContain(path);
    expect((await cli.run(['plugin', 'check', './faulty'])).status).toBe(4);
  });
});

describe('which clients', () => {
  it('are those of the user with --scope user, out of which another project takes nothing', async () => {
    await write({ 'mine/SKILL.md': skill('mine', 'Mine.') });
    await cli.run(['plugin', 'install', './mine', '--client', 'claude', '--scope', 'user']);
    const link = join(cli.home, '.claude/skills/mine');
    expect(await readFile(join(link, 'SKILL.md'), 'utf8')).toContain('Mine.');
    await mkdir(cli.path('other'));
    await cli.run(['plugin', 'uninstall', 'mine']);
    await expect(lstat(link)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('are asked for at a terminal where some are in use, and remembered', async () => {
    await cli.run(['plugin', 'activate', '--client', 'none', '--scope', 'user']);
    await rm(cli.path('agentmesh.yaml'));
    await mkdir(cli.path('.cursor'), { recursive: true });
    await write({ 'asked/SKILL.md': skill('asked', 'Asked.') });
    const { shown } = await cli.terminal(['plugin', 'install', './asked'], [['here in this project?', 'y\n']]);
    expect(shown).toContain('brought asked into cursor');
    expect(await readFile(cli.path('agentmesh.yaml'), 'utf8')).toMatch(/clients: \[.*cursor.*\]/);
    await cli.run(['plugin', 'uninstall', 'asked']);
  });

  it('are those that left signs in the project where nobody can be asked', async () => {
    await rm(cli.path('agentmesh.yaml'));
    await write({ 'quiet/SKILL.md': skill('quiet', 'Quiet.') });
    const { stdout } = await cli.run(['plugin', 'install', './quiet']);
    expect(stdout).toContain('brought quiet into cursor');
    expect(await readFile(cli.path('agentmesh.yaml'), 'utf8')).not.toContain('clients');
    await cli.run(['plugin', 'uninstall', 'quiet']);
  });

  it('are known by name', async () => {
    expect(await cli.run(['plugin', 'activate', '--client', 'claud'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Did you mean claude?'),
    });
  });
});

describe('a shape of a third party', () => {
  const NAME = 'agentmesh-shape-marker';
  const MODULE = `export const createShape = () => ({
    shape: 'marker',
    detect: async (plugin) => plugin.files.some(({ path }) => path === 'marker.txt'),
    check: async () => [{ code: 'marker-seen', severity: 'warning', path: 'marker.txt', message: 'a marker' }],
    activate: async (plugin, { client, scope }) =>
      ({ shape: 'marker', plugin: plugin.name, version: plugin.version, client, scope, written: [], findings: [] }),
    deactivate: async () => ({ removed: [], kept: [] }),
  });`;

  it('that a project names does not run before it was accepted', async () => {
    const text = await readFile(cli.path('agentmesh.yaml'), 'utf8');
    await write({
      'agentmesh.yaml': `${text}\nshapes: [${NAME}]\n`,
      [`node_modules/${NAME}/package.json`]: JSON.stringify({ name: NAME, type: 'module', exports: './index.js' }),
      [`node_modules/${NAME}/index.js`]: MODULE,
      'marked/agent-plugin.yaml': manifest('1.0.0').replace('tools', 'marked'),
      'marked/marker.txt': 'x',
    });
    const before = await cli.run(['plugin', 'install', './marked']);
    expect(before.stderr).toContain('agentmesh source accept');
    expect((await cli.json(['plugin', 'check', './marked'])).data).toMatchObject({ shapes: [] });
    expect(await cli.run(['source', 'accept', '--yes'])).toMatchObject({ stdout: `Accepted ${NAME}` });
    expect((await cli.json(['plugin', 'check', './marked'])).data).toMatchObject({
      shapes: ['marker'],
      findings: [{ code: 'marker-seen' }],
    });
  });
});
