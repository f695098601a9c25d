import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClientScope, createInstallContext, getClient, listInClients } from '@agentmesh/clients';
import { checkActivation, type InstallContext, takeBack } from '@agentmesh/shape';
import { describe, expect, it } from 'vitest';
import { type Bringing, bring, IDS, makeWorkshop, snapshot, type Workshop, writeFiles } from './workshop.js';

const all: Bringing = {
  skills: { review: 'x' },
  servers: { files: { type: 'stdio', command: 'node' } },
  agents: { tester: 'You test.' },
  rules: { 'rules/style.md': 'Short.' },
  graphs: ['flow'],
};

const contextFor = (shop: Workshop, client: string, shape: string, scope: ClientScope = 'project'): InstallContext =>
  createInstallContext({
    ...shop.folders,
    scope,
    client,
    plugin: 'notes',
    pluginDir: join(shop.dir, 'plugins/notes'),
  }).forShape(shape);

describe('an activation', () => {
  it.each(IDS)('in %s says what stands there, and is taken back whole, shape by shape', async (client) => {
    const shop = await makeWorkshop();
    await writeFiles(shop.project, { 'AGENTS.md': '# Mine' });
    const before = await snapshot(shop.project);
    const { activations } = await bring(shop, { client }, all);
    expect(activations.map(({ shape, written }) => [shape, ...written.map(({ kind }) => kind)])).toEqual([
      ['agentskills', 'skill', 'memory'],
      ['mcp', 'server'],
      ['deepagents', 'subagent'],
      ['langgraph', 'graph'],
    ]);
    for (const activation of activations) {
      checkActivation(activation);
      expect(JSON.parse(JSON.stringify(activation))).toEqual(activation);
      const { removed, kept } = await takeBack(activation, contextFor(shop, client, activation.shape));
      expect(removed).toEqual(activation.written.toReversed());
      expect(kept).toEqual([]);
    }
    expect(await snapshot(shop.project)).toEqual(before);
    expect(await listInClients({ ...shop.folders, scope: 'project' })).toEqual([]);
  });

  it('taken back twice counts as removed, and what was edited is kept with the reason', async () => {
    const shop = await makeWorkshop();
    const { activations } = await bring(shop, { client: 'claude' }, all);
    const [skills, servers] = activations;
    if (skills === undefined || servers === undefined) throw new Error('Nothing was brought');
    const path = join(shop.project, 'CLAUDE.md');
    await writeFile(path, (await readFile(path, 'utf8')).replace('Short.', 'Long.'));
    const context = contextFor(shop, 'claude', 'agentskills');
    expect(await takeBack(skills, context)).toMatchObject({
      removed: [{ kind: 'skill' }],
      kept: [{ kind: 'memory', reason: 'changed' }],
    });
    expect(await takeBack(servers, contextFor(shop, 'claude', 'mcp'))).toMatchObject({
      removed: [{ kind: 'server' }],
      kept: [],
    });
    expect(await takeBack(servers, contextFor(shop, 'claude', 'mcp'))).toMatchObject({
      removed: [{ kind: 'server' }],
      kept: [],
    });
    expect(await readFile(path, 'utf8')).toContain('Long.');
  });

  it('lists what was found at the commit, and not what was refused there', async () => {
    const shop = await makeWorkshop();
    await writeFiles(shop.project, { '.claude/skills/review/SKILL.md': 'mine' });
    const { activations } = await bring(shop, { client: 'claude' }, all);
    expect(activations[0]).toMatchObject({
      written: [{ kind: 'memory' }],
      findings: [{ code: 'skill-exists', severity: 'error' }],
    });
    expect(activations[0]?.findings[0]).not.toHaveProperty('shape');
    expect(activations[1]).toMatchObject({ written: [{ kind: 'server' }], findings: [] });
  });

  it('in a folder that the user linked is found by the path that was asked for', async () => {
    const shop = await makeWorkshop();
    await writeFiles(shop.project, { 'AGENTS.md': '# Mine\n' });
    await symlink('AGENTS.md', join(shop.project, 'CLAUDE.md'));
    const { activations } = await bring(shop, { client: 'claude' }, { rules: { r: 'r' } });
    expect(activations[0]?.written).toMatchObject([{ path: 'CLAUDE.md', name: 'r' }]);
    if (activations[0] !== undefined) await takeBack(activations[0], contextFor(shop, 'claude', 'agentskills'));
    expect(await readFile(join(shop.project, 'AGENTS.md'), 'utf8')).toBe('# Mine\n');
  });
});

describe('an activation that somebody made up', () => {
  it('removes nothing of the user, whatever digests it has', async () => {
    const shop = await makeWorkshop();
    const { activations } = await bring(shop, { client: 'claude' }, all);
    await writeFiles(shop.project, {
      '.claude/skills/own/SKILL.md': 'mine',
      '.claude/agents/own.md': 'mine',
      'notes.md': '<!-- agentmesh:begin notes x -->\nmine\n<!-- agentmesh:end notes x -->\n',
    });
    const before = await snapshot(shop.project);
    const digests = activations.flatMap(({ written }) => written.map(({ digest }) => digest));
    const context = contextFor(shop, 'claude', 'agentskills');
    for (const digest of digests) {
      for (const item of [
        { kind: 'skill', path: '.claude/skills/own', name: '' },
        { kind: 'subagent', path: '.claude/agents/own.md', name: '' },
        { kind: 'memory', path: 'notes.md', name: 'x' },
        // Ours, but of another shape.
        { kind: 'server', path: '.mcp.json', name: 'files' },
      ] as const) {
        expect(await context.remove({ ...item, digest })).toMatchObject({ removed: false, reason: 'changed' });
      }
    }
    expect(await snapshot(shop.project)).toEqual(before);
  });

  it.each(['../../etc/passwd', '/etc/passwd', '..', 'a//b', ''])('reaches nothing at %j', async (path) => {
    const shop = await makeWorkshop();
    for (const kind of ['skill', 'subagent', 'memory', 'server'] as const) {
      const removal = await contextFor(shop, 'codex', 'any').remove({ kind, path, name: 'x', digest: 'other' });
      expect(removal).toMatchObject({ removed: false, reason: 'outside' });
    }
  });

  it('says what cannot be read', async () => {
    const shop = await makeWorkshop();
    await writeFile(join(shop.project, '.mcp.json'), '{');
    const item = { kind: 'server', path: getClient('claude').project.mcp.path, name: 'x', digest: '' } as const;
    expect(await contextFor(shop, 'claude', 'mcp').remove(item)).toMatchObject({
      removed: false,
      reason: 'unreadable',
    });
  });
});
