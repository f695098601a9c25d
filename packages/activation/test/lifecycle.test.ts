import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type SyncOptions, type SyncReport, syncClients } from '@agentmesh/activation';
import { describe, expect, it } from 'vitest';
import { readPlugin, testShapes } from './test-shapes.js';
import { type Files, IDS, installPlugin, skill, snapshot, temporaryFolder, writeFiles } from './workshop.js';

/** What the user has before, comments in all of it. */
const MINE: Files = {
  'CLAUDE.md': '# Mine\n',
  'AGENTS.md': '# Mine\r\nWindows line.\r\n',
  '.mcp.json': '{\n  "mcpServers": { "own": { "command": "own" } }\n}\n',
  '.codex/config.toml': '# which model\nmodel = "m" # the best\n\n[mcp_servers.own]\ncommand = "own"\n',
  '.cursor/mcp.json': '{\n  // my servers\n  "mcpServers": {\n    "own": { "command": "own" }, // keep\n  },\n}\n',
  '.gemini/settings.json': '{\n\t/* theme */\n\t"theme": "dark"\n}',
  '.github/copilot-instructions.md': 'Be brief.',
};

const V1: Files = {
  'skills/notes/SKILL.md': skill('notes', 'One.'),
  'skills/mail/SKILL.md': skill('mail'),
  'rules/style.md': 'Write short lines.',
  '.mcp.json': '{"mcpServers":{"files":{"type":"http","url":"https://one.example.com/mcp"},"gone":{"command":"node"}}}',
  'agents/tester.md': '---\nname: tester\ndescription: Tests.\n---\nTest one.',
};

const V2: Files = {
  'skills/notes/SKILL.md': skill('notes', 'Two.'),
  'skills/more/SKILL.md': skill('more'),
  'rules/style.md': 'Write shorter lines.',
  '.mcp.json': '{"mcpServers":{"files":{"type":"http","url":"https://two.example.com/mcp"}}}',
  'agents/tester.md': '---\nname: tester\ndescription: Tests.\n---\nTest two.',
};

interface Place {
  readonly project: string;
  readonly pluginsDir: string;
  sync(options?: Partial<SyncOptions>): Promise<SyncReport>;
}

async function makePlace(scope: 'project' | 'user'): Promise<Place> {
  const dir = await temporaryFolder();
  const project = join(dir, 'project');
  const pluginsDir = join(project, '.agentmesh/plugins');
  await mkdir(pluginsDir, { recursive: true });
  const folders = { projectDir: project, homeDir: project, journalDir: join(project, '.agentmesh/clients') };
  return {
    project,
    pluginsDir,
    sync: (options) =>
      syncClients({ pluginsDir, clients: IDS, scope, folders, shapes: testShapes(), readPlugin, ...options }),
  };
}

async function edit(project: string, path: string, from: string, to: string): Promise<void> {
  const text = await readFile(join(project, path), 'utf8');
  expect(text).toContain(from);
  await writeFile(join(project, path), text.replace(from, to));
}

const errorsOf = ({ activated }: SyncReport) =>
  activated.flatMap(({ client, findings }) => findings.map(({ code }) => `${client} ${code}`));

describe('install, edit, upgrade, uninstall over every client', () => {
  it('leaves the expected tree byte for byte, with all that the user wrote', async () => {
    const { project, pluginsDir, sync } = await makePlace('project');
    await writeFiles(project, MINE);
    const before = await snapshot(project);
    await installPlugin(pluginsDir, 'tools', '1', V1);
    expect(errorsOf(await sync())).toEqual([]);
    const first = await snapshot(project);
    expect(first['.claude/skills/notes']).toBe('-> ../../.agentmesh/plugins/tools/skills/notes');
    expect(first['AGENTS.md']).toContain('Write short lines.');
    for (const path of [
      '.mcp.json',
      '.codex/config.toml',
      '.cursor/mcp.json',
      '.gemini/settings.json',
      '.github/mcp.json',
    ]) {
      expect(first[path], path).toContain('one');
    }
    // Three installs leave one copy.
    await sync();
    await sync();
    expect(await snapshot(project)).toEqual(first);

    // The user edits around our things, and one of them.
    await edit(project, '.codex/config.toml', '# the best', '# the very best');
    await edit(project, '.cursor/mcp.json', '// my servers', '// all my servers');
    await edit(project, '.gemini/settings.json', '"dark"', '"light"');
    await appendFile(join(project, 'CLAUDE.md'), 'More of mine.\n');
    await edit(project, '.mcp.json', 'one.example.com', 'mine.example.com');
    await rm(join(project, '.gemini/skills/mail'));

    await installPlugin(pluginsDir, 'tools', '2', V2);
    expect(errorsOf(await sync())).toEqual(['claude server-changed']);
    const second = await snapshot(project);
    expect(second['.claude/skills/mail']).toBeUndefined();
    expect(second['.codex/config.toml']).toContain('two');
    expect(second['.codex/config.toml']).not.toContain('gone');
    expect(second['AGENTS.md']?.match(/Write shorter lines\./g)).toHaveLength(1);
    expect(second['.mcp.json']).toContain('mine');

    await rm(join(pluginsDir, 'tools'));
    const { removed } = await sync();
    expect(removed.flatMap(({ client, kept }) => kept.map(({ name, reason }) => [client, name, reason]))).toEqual([
      ['claude', 'files', 'changed'],
    ]);
    const after = await snapshot(project);
    expect(after['.mcp.json']).toContain('mine');
    await edit(project, '.mcp.json', after['.mcp.json'] ?? '', MINE['.mcp.json'] ?? '');
    expect(await snapshot(project)).toEqual({
      ...before,
      '.codex/config.toml': before['.codex/config.toml']?.replace('# the best', '# the very best'),
      '.cursor/mcp.json': before['.cursor/mcp.json']?.replace('// my servers', '// all my servers'),
      '.gemini/settings.json': before['.gemini/settings.json']?.replace('"dark"', '"light"'),
      'CLAUDE.md': '# Mine\nMore of mine.\n',
    });
  });

  it('does the same to what is the user’s own', async () => {
    const { project: home, pluginsDir, sync } = await makePlace('user');
    await writeFiles(home, { '.claude.json': '{"theme":"dark","projects":{}}', '.codex/AGENTS.md': 'Mine.' });
    const before = await snapshot(home);
    await installPlugin(pluginsDir, 'tools', '1', V1);
    expect(errorsOf(await sync())).toEqual(['cursor memory-unsupported']);
    expect((await snapshot(home))['.claude.json']).toContain('one');
    await rm(join(pluginsDir, 'tools'));
    await sync();
    expect(await snapshot(home)).toEqual(before);
  });

  it('takes everything out of a client that is chosen no more, and of a shape that a version has no more', async () => {
    const { project, pluginsDir, sync } = await makePlace('project');
    await installPlugin(pluginsDir, 'tools', '1', V1);
    await sync();
    const { '.mcp.json': _, ...less } = V1;
    await installPlugin(pluginsDir, 'tools', '2', less);
    const { removed } = await sync({ clients: ['codex'] });
    expect([...new Set(removed.map(({ client }) => client))].sort()).toEqual(['claude', 'copilot', 'cursor', 'gemini']);
    expect(Object.keys(await snapshot(project)).sort()).toEqual([
      '.agents/skills/mail',
      '.agents/skills/notes',
      '.codex/agents/tester.toml',
      'AGENTS.md',
    ]);
  });

  it('writes nothing on a dry run, and says what it would', async () => {
    const { project, pluginsDir, sync } = await makePlace('project');
    await installPlugin(pluginsDir, 'tools', '1', V1);
    const { activated } = await sync({ dryRun: true, clients: ['claude'] });
    expect(activated.flatMap(({ activations }) => activations.flatMap(({ written }) => written)).length).toBe(6);
    expect(await snapshot(project)).toEqual({});
  });

  it('leaves alone what others brought to the same user', async () => {
    const { project, pluginsDir, sync } = await makePlace('user');
    await installPlugin(pluginsDir, 'tools', '1', V1);
    await sync({ clients: ['claude'] });
    const first = await snapshot(project);
    await rm(join(pluginsDir, 'tools'));
    await sync({ clients: ['claude'], isOurs: () => false });
    expect(await snapshot(project)).toEqual(first);
  });
});
