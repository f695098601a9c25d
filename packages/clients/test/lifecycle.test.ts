import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CLIENTS,
  type ClientContext,
  type ClientScope,
  commitTogether,
  createInstallContext,
  getClient,
  removeFromClients,
} from '@agentmesh/clients';
import { describe, expect, it } from 'vitest';
import { type Bringing, bring, IDS, makeWorkshop, snapshot, writeFiles } from './workshop.js';

const one: Bringing = {
  skills: { review: '---\nname: review\ndescription: d\n---\nOne\n', gone: '---\nname: gone\ndescription: d\n---\n' },
  servers: { files: { type: 'stdio', command: 'node', args: ['server.js'], env: { MODE: 'a' } } },
  agents: { tester: 'You test.' },
  rules: { 'rules/style.md': '# Style\n\nShort sentences.\n' },
  graphs: ['flow'],
};
const two: Bringing = {
  skills: { review: '---\nname: review\ndescription: d\n---\nTwo\n', fresh: '---\nname: fresh\ndescription: d\n---\n' },
  servers: { files: { type: 'stdio', command: 'node', args: ['server.js', '--new'] } },
  agents: { tester: 'You test more.' },
  rules: { 'rules/style.md': '# Style\n\nShorter.\n', 'rules/more.md': 'More.' },
};
const scopes: ClientScope[] = ['project', 'user'];
const cases = IDS.flatMap((client) =>
  scopes.flatMap((scope) => (['auto', 'never'] as const).map((links) => ({ client, scope, links }))),
);

/** What a user has already, in the syntax of each file. */
function ownFiles(client: string, scope: ClientScope): Record<string, string> {
  const { memory, mcp, skills } = getClient(client)[scope];
  const config =
    mcp.syntax === 'toml'
      ? '# my settings\r\nmodel = "m" # the good one\r\n\r\n[mcp_servers.mine]\r\ncommand = "mine"\r\n'
      : '\ufeff{\n\t// my settings\n\t"theme": "dark",\n\t"mcpServers": {\n\t\t"mine": { "command": "mine" }, // keep\n\t},\n}\n';
  return {
    [mcp.path]: config,
    ...(typeof memory === 'string' ? { [memory]: '# Mine\n\nI like tabs.' } : {}),
    [`${skills}/own/SKILL.md`]: 'mine',
  };
}

describe.each(cases)('$client in scope $scope with links $links', (target) => {
  const { client, scope } = target;

  it('install and uninstall leave the tree as it was, with files of the user and without', async () => {
    for (const files of [{}, ownFiles(client, scope)]) {
      const shop = await makeWorkshop();
      const base = scope === 'project' ? shop.project : shop.home;
      await writeFiles(base, files);
      const before = await snapshot(base);
      const { findings } = await bring(shop, target, one);
      expect(findings.filter(({ code }) => code !== 'memory-unsupported')).toEqual([]);
      expect(await snapshot(base)).not.toEqual(before);
      const reports = await removeFromClients({ ...shop.folders, scope, plugin: 'notes' });
      expect(reports[client]?.kept).toEqual([]);
      expect(await snapshot(base)).toEqual(before);
    }
  });

  it('three installs leave one copy, and an upgrade is what installing it first would have been', async () => {
    const shop = await makeWorkshop();
    const base = scope === 'project' ? shop.project : shop.home;
    await writeFiles(base, ownFiles(client, scope));
    await bring(shop, target, one);
    const once = await snapshot(base);
    await bring(shop, target, one);
    await bring(shop, target, one);
    expect(await snapshot(base)).toEqual(once);
    await bring(shop, target, two);
    const upgraded = await snapshot(base);
    await removeFromClients({ ...shop.folders, scope, plugin: 'notes' });
    await bring(shop, target, two);
    expect(await snapshot(base)).toEqual(upgraded);
  });

  it('edits of the user outside of ours survive an upgrade and an uninstall to the byte', async () => {
    const shop = await makeWorkshop();
    const base = scope === 'project' ? shop.project : shop.home;
    await writeFiles(base, ownFiles(client, scope));
    await bring(shop, target, one);
    const { memory, mcp } = getClient(client)[scope];
    const edit = async (path: string, change: (text: string) => string): Promise<void> => {
      const text = await readFile(join(base, path), 'utf8');
      expect(change(text)).not.toBe(text);
      await writeFile(join(base, path), change(text));
    };
    const changes: [string, (text: string) => string][] = [
      [mcp.path, (text) => text.replace('my settings', 'my very own settings').replace('"mine"', '"my own"')],
      ...(typeof memory === 'string'
        ? [[memory, (text: string) => `Top\n${text}\nBottom`] as [string, (text: string) => string]]
        : []),
    ];
    for (const [path, change] of changes) await edit(path, change);
    await bring(shop, target, two);
    await removeFromClients({ ...shop.folders, scope, plugin: 'notes' });
    const expected = ownFiles(client, scope);
    for (const [path, change] of changes) expected[path] = change(expected[path] ?? '');
    expect(await snapshot(base)).toEqual(expected);
  });

  it('what the user edited inside of ours is kept by an upgrade and an uninstall, and both say so', async () => {
    const shop = await makeWorkshop();
    const base = scope === 'project' ? shop.project : shop.home;
    await bring(shop, { ...target, links: 'never' }, one);
    const { memory, mcp, skills, subagents } = getClient(client)[scope];
    const files = [
      `${skills}/review/SKILL.md`,
      mcp.path,
      `${subagents.folder}/tester${subagents.extension}`,
      ...(typeof memory === 'string' ? [memory] : []),
    ];
    for (const path of files) {
      const text = await readFile(join(base, path), 'utf8');
      const edited = text
        .replace('One', 'Mine')
        .replace('"node"', '"bun"')
        .replace('You test.', 'I test.')
        .replace('Short sen', 'Long sen');
      expect(edited).not.toBe(text);
      await writeFile(join(base, path), edited);
    }
    const edited = await snapshot(base);
    const upgraded = await bring(
      shop,
      { ...target, links: 'never' },
      { ...two, skills: { review: 'new' }, rules: { 'rules/style.md': 'new' } },
    );
    expect(upgraded.kept.map(({ reason }) => reason)).toEqual(files.map(() => 'changed'));
    expect(upgraded.findings.filter(({ severity }) => severity === 'warning')).toHaveLength(files.length);
    const { [client]: removed } = await removeFromClients({ ...shop.folders, scope, plugin: 'notes' });
    const kept = removed?.kept.map(({ kind, path }) => (kind === 'skill' ? `${path}/SKILL.md` : path));
    expect(kept?.sort()).toEqual([...files].sort());
    const left = await snapshot(base);
    for (const path of files) expect(left[path]).toBe(edited[path]);
    expect(Object.keys(left).sort()).toEqual([...files].sort());
  });

  it('what the user has under the same names is never touched', async () => {
    const shop = await makeWorkshop();
    const base = scope === 'project' ? shop.project : shop.home;
    const { mcp, skills, subagents } = getClient(client)[scope];
    await writeFiles(base, {
      [`${skills}/review/SKILL.md`]: 'mine',
      [`${subagents.folder}/tester${subagents.extension}`]: 'mine',
      [mcp.path]:
        mcp.syntax === 'toml'
          ? '[mcp_servers]\nfiles = { command = "mine" }\n'
          : '{"mcpServers":{"files":{"command":"mine"}}}',
    });
    const before = await snapshot(base);
    const { findings } = await bring(shop, target, { ...one, rules: {}, skills: { review: 'x' } });
    expect(findings.map(({ code, severity }) => `${severity} ${code}`).sort()).toEqual([
      'error server-exists',
      'error skill-exists',
      'error subagent-exists',
    ]);
    await removeFromClients({ ...shop.folders, scope, plugin: 'notes' });
    expect(await snapshot(base)).toEqual(before);
  });
});

describe('several clients', () => {
  it('share a memory file with one block, which goes with the last of them', async () => {
    const shop = await makeWorkshop();
    for (const client of IDS) await bring(shop, { client }, one);
    const text = await readFile(join(shop.project, 'AGENTS.md'), 'utf8');
    expect(text.match(/agentmesh:begin/g)).toHaveLength(1);
    await removeFromClients({ ...shop.folders, scope: 'project', plugin: 'notes', clients: ['codex'] });
    expect(await readFile(join(shop.project, 'AGENTS.md'), 'utf8')).toBe(text);
    for (const client of IDS) await bring(shop, { client }, two);
    expect((await readFile(join(shop.project, 'AGENTS.md'), 'utf8')).match(/Shorter/g)).toHaveLength(1);
    await removeFromClients({ ...shop.folders, scope: 'project', plugin: 'notes' });
    expect(await snapshot(shop.project)).toEqual({});
  });

  it('each have rows for both scopes in the table', () => {
    expect(CLIENTS.map(({ id }) => id)).toEqual(IDS);
  });

  it('and plugins committed together are what each by itself would be, and the first of two with one name wins', async () => {
    const shop = await makeWorkshop();
    const gather = async (plugin: string): Promise<ClientContext[]> => {
      const pluginDir = join(shop.dir, 'plugins', plugin);
      await writeFiles(pluginDir, { 'skills/same/SKILL.md': plugin });
      return Promise.all(
        IDS.map(async (client) => {
          const context = createInstallContext({ ...shop.folders, scope: 'project', client, plugin, pluginDir });
          const shape = context.forShape('all');
          await shape.registerSkill({ name: 'same', folder: join(pluginDir, 'skills/same') });
          await shape.registerMcpServer({ name: 'same', server: { type: 'stdio', command: plugin } });
          await shape.registerSubagent({ name: 'same', description: 'd', prompt: plugin });
          await shape.appendMemory({ from: 'r', text: plugin });
          return context;
        }),
      );
    };
    const contexts = [...(await gather('a')), ...(await gather('b'))];
    const reports = await commitTogether(contexts);
    expect(reports.map(({ findings }) => findings.map(({ code }) => code).sort())).toEqual(
      [[], ['server-exists', 'skill-exists', 'subagent-exists']].flatMap((codes) => IDS.map(() => codes)),
    );
    const together = await snapshot(shop.project);
    for (const plugin of ['a', 'b']) await removeFromClients({ ...shop.folders, scope: 'project', plugin });
    expect(await snapshot(shop.project)).toEqual({});
    for (const context of contexts) await context.commit();
    expect(await snapshot(shop.project)).toEqual(together);
    expect(await commitTogether([])).toEqual([]);
  });

  it('of several plugins, each goes alone, in any order', async () => {
    const shop = await makeWorkshop();
    const names = ['a', 'b', 'c'];
    for (const plugin of names) {
      for (const client of IDS) {
        await bring(
          shop,
          { client },
          {
            plugin,
            servers: { [`${plugin}-s`]: { type: 'streamable-http', url: 'https://example.org' } },
            rules: { 'r.md': plugin },
          },
        );
      }
    }
    for (const plugin of ['b', 'a', 'c']) await removeFromClients({ ...shop.folders, scope: 'project', plugin });
    expect(await snapshot(shop.project)).toEqual({});
    await rm(shop.dir, { recursive: true });
  });
});
