import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { detectClients, listInClients, removeFromClients } from '@agentmesh/clients';
import { withFileLock } from '@agentmesh/files';
import { describe, expect, it } from 'vitest';
import { bring, IDS, makeWorkshop, snapshot, writeFiles } from './workshop.js';

const HOOKS = join(import.meta.dirname, '../../../test/support/source-hooks.mjs');
const CHILD = join(import.meta.dirname, 'concurrency-child.mjs');

async function run(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--import', HOOKS, CHILD, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [errors] = await Promise.all([child.stderr.toArray(), once(child, 'exit')]);
  expect(Buffer.concat(errors).toString()).toBe('');
}

/** Replaces a function of node:fs/promises while some work runs. */
async function withFunction<K extends 'symlink' | 'open'>(
  name: K,
  replacement: (typeof fs.promises)[K],
  work: () => Promise<void>,
): Promise<void> {
  const original = fs.promises[name];
  fs.promises[name] = replacement;
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    fs.promises[name] = original;
    syncBuiltinESMExports();
  }
}

describe('two processes', () => {
  it('that change the same files at once lose nothing of each other', { timeout: 60_000 }, async () => {
    const shop = await makeWorkshop();
    await Promise.all([run([shop.dir, 'codex', 'a', '12']), run([shop.dir, 'codex', 'b', '12'])]);
    const left = ['a', 'b'].flatMap((prefix) => [0, 2, 4, 6, 8, 10].map((index) => `${prefix}${index}`));
    const files = await snapshot(shop.project);
    const names = [...(files['.codex/config.toml'] ?? '').matchAll(/^\[mcp_servers\.(\w+)\]$/gm)].map(
      ([, name]) => name,
    );
    expect(names.sort()).toEqual([...left].sort());
    expect(files['AGENTS.md']?.match(/agentmesh:begin/g)).toHaveLength(left.length);
    expect((await listInClients({ ...shop.folders, scope: 'project' })).map(({ plugin }) => plugin)).toEqual(
      [...left].sort(),
    );
    for (const plugin of left) await removeFromClients({ ...shop.folders, scope: 'project', plugin });
    expect(await snapshot(shop.project)).toEqual({});
  });

  it('wait for each other no longer than they are told', async () => {
    const shop = await makeWorkshop();
    await withFileLock(join(shop.folders.journalDir, 'user/lock'), {}, async () => {
      const waiting = listInClients({ ...shop.folders, scope: 'user', lockTimeoutMs: 30 });
      await expect(waiting).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(listInClients({ ...shop.folders, scope: 'user', signal })).rejects.toThrow('enough');
    });
  });
});

describe('a client that writes its configuration meanwhile', () => {
  it('loses nothing: the change is decided anew', async () => {
    const shop = await makeWorkshop();
    const path = join(shop.project, '.gemini/settings.json');
    await writeFiles(shop.project, { '.gemini/settings.json': '{}\n' });
    const open = fs.promises.open;
    let written = false;
    const racing: typeof fs.promises.open = async (file, ...rest) => {
      if (!written && String(file).includes('.pending.json.')) {
        written = true;
        await writeFile(path, '{ "theirs": true }\n');
      }
      return open(file, ...rest);
    };
    await withFunction('open', racing, async () => {
      await bring(shop, { client: 'gemini' }, { servers: { s: { type: 'stdio', command: 'node' } } });
    });
    expect(written).toBe(true);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ theirs: true, mcpServers: { s: {} } });
    await removeFromClients({ ...shop.folders, scope: 'project', plugin: 'notes' });
    expect(await readFile(path, 'utf8')).toBe('{ "theirs": true }\n');
  });

  it('and never stops keeps its file, and everything else is done', async () => {
    const shop = await makeWorkshop();
    await writeFiles(shop.project, { '.gemini/settings.json': '{}\n' });
    const path = join(shop.project, '.gemini/settings.json');
    const open = fs.promises.open;
    const racing: typeof fs.promises.open = async (file, ...rest) => {
      if (String(file).includes('.pending.json.')) await appendFile(path, ' ');
      return open(file, ...rest);
    };
    await withFunction('open', racing, async () => {
      const { findings } = await bring(
        shop,
        { client: 'gemini' },
        { servers: { s: { type: 'stdio', command: 'node' } }, rules: { r: 'r' } },
      );
      expect(findings).toEqual([expect.objectContaining({ code: 'file-changed', severity: 'error' })]);
    });
    expect((await readFile(path, 'utf8')).trim()).toBe('{}');
    expect((await snapshot(shop.project))['GEMINI.md']).toContain('agentmesh:begin');
  });
});

describe('a place that the file system refuses', () => {
  it('stops nothing else, now or later', async () => {
    const shop = await makeWorkshop();
    const bringing = {
      servers: { s: { type: 'stdio', command: 'node' } as const },
      agents: { x: 'p' },
      rules: { r: 'r' },
    };
    const open = fs.promises.open;
    const refusing: typeof fs.promises.open = async (file, ...rest) => {
      if (/\.mcp\.json\.\w+\.tmp$/.test(String(file))) throw Object.assign(new Error('no'), { code: 'EACCES' });
      return open(file, ...rest);
    };
    await withFunction('open', refusing, async () => {
      const { findings, owned, kept } = await bring(shop, { client: 'claude' }, bringing);
      expect(findings).toEqual([expect.objectContaining({ code: 'file-inaccessible' })]);
      expect(owned.map(({ kind }) => kind).sort()).toEqual(['memory', 'subagent']);
      expect(kept).toEqual([]);
    });
    expect(await bring(shop, { client: 'claude' }, bringing)).toMatchObject({ findings: [], kept: [] });
    await bring(shop, { client: 'claude' }, { plugin: 'other', servers: { o: { type: 'stdio', command: 'o' } } });
    await withFunction('open', refusing, async () => {
      expect(await removeFromClients({ ...shop.folders, scope: 'project', plugin: 'notes' })).toMatchObject({
        claude: { kept: [expect.objectContaining({ name: 's', reason: 'unreadable' })] },
      });
    });
    for (const plugin of ['notes', 'other']) await removeFromClients({ ...shop.folders, scope: 'project', plugin });
    expect(await snapshot(shop.project)).toEqual({});
  });

  it('is no reason to go on when it is the whole disk', async () => {
    const shop = await makeWorkshop();
    const open = fs.promises.open;
    const full: typeof fs.promises.open = async (file, ...rest) => {
      if (/CLAUDE\.md\.\w+\.tmp$/.test(String(file))) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      return open(file, ...rest);
    };
    await withFunction('open', full, async () => {
      await expect(bring(shop, { client: 'claude' }, { rules: { r: 'r' } })).rejects.toMatchObject({ code: 'ENOSPC' });
    });
    await listInClients({ ...shop.folders, scope: 'project' });
    expect((await snapshot(shop.project))['CLAUDE.md']).toContain('\nr\n');
  });
});

describe('where links do not work', () => {
  it('skills are copied, and the copy is ours', async () => {
    const shop = await makeWorkshop();
    const refusing: typeof fs.promises.symlink = async () => {
      throw Object.assign(new Error('no links'), { code: 'EPERM' });
    };
    await withFunction('symlink', refusing, async () => {
      await bring(shop, { client: 'claude' }, { skills: { a: 'one' } });
      await bring(shop, { client: 'claude' }, { skills: { a: 'two' } });
    });
    expect(await snapshot(shop.project)).toEqual({ '.claude/skills/a/SKILL.md': 'two' });
    // A copy becomes a link once links work.
    await bring(shop, { client: 'claude' }, { skills: { a: 'two' } });
    expect((await snapshot(shop.project))['.claude/skills/a']).toMatch(/^-> .*plugins.notes.skills.a$/);
    await bring(shop, { client: 'claude', links: 'never' }, { skills: { a: 'two' } });
    await removeFromClients({ ...shop.folders, scope: 'project', plugin: 'notes' });
    expect(await snapshot(shop.project)).toEqual({});
  });
});

describe('clients', () => {
  it('are found by what they leave in a project and in the home', async () => {
    const shop = await makeWorkshop();
    expect(await detectClients(shop.folders)).toEqual([]);
    await writeFiles(shop.project, { '.cursorrules': '', 'GEMINI.md': '' });
    await writeFiles(shop.home, { '.codex/config.toml': '', '.claude.json': '{}', '.copilot/x': '' });
    const found = await detectClients(shop.folders);
    expect(found.map(({ client, project, user }) => [client.id, ...project, ...user])).toEqual([
      ['claude', '.claude.json'],
      ['codex', '.codex'],
      ['cursor', '.cursorrules'],
      ['copilot', '.copilot'],
      ['gemini', 'GEMINI.md'],
    ]);
    expect(await detectClients({})).toEqual([]);
    expect(found.map(({ client }) => client.id)).toEqual(IDS);
  });

  it('keep the mode of their files', async () => {
    const shop = await makeWorkshop();
    await writeFiles(shop.home, { '.claude.json': '{}' });
    await fs.promises.chmod(join(shop.home, '.claude.json'), 0o600);
    await bring(shop, { client: 'claude', scope: 'user' }, { servers: { s: { type: 'stdio', command: 'node' } } });
    expect((await fs.promises.stat(join(shop.home, '.claude.json'))).mode & 0o777).toBe(0o600);
  });
});
