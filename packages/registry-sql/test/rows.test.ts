import { join } from 'node:path';
import { openDatabase, type SqlDatabase } from '@agentmesh/registry-sql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { postgresForTests } from './postgres-for-tests.js';
import { temporaryFolder } from './temporary-folder.js';

const server = await postgresForTests();
const AT = '2024-01-01T00:00:00.000Z';
const LATER = '2024-01-02T00:00:00.000Z';

describe.each(['sqlite', 'postgres'] as const)('the rows of %s', (engine) => {
  async function open(): Promise<SqlDatabase> {
    const sqlite = async () => `sqlite:${join(await temporaryFolder(), 'a.db')}`;
    const database = await openDatabase({ url: await (engine === 'sqlite' ? sqlite() : server.createDatabase()) });
    onTestFinished(() => database.close());
    expect(database.engine).toBe(engine);
    return database;
  }

  it('keep tokens, revoke each once, and take no id twice', async () => {
    const { tokens } = await open();
    const first = { id: 'a', hash: 'h', label: 'it\'s "mine"', scopes: ['read', 'install:x'], createdAt: AT };
    const second = { ...first, id: 'b', createdAt: LATER, expiresAt: LATER, revokedAt: LATER };
    await tokens.add(second);
    await tokens.add(first);
    await expect(tokens.add(first)).rejects.toMatchObject({ code: 'ROW_EXISTS' });
    expect(await tokens.list()).toEqual([first, second]);
    expect(await tokens.count()).toBe(2);
    expect(await tokens.revoke('a', LATER)).toBe(true);
    expect(await tokens.revoke('a', AT)).toBe(false);
    expect(await tokens.revoke('nobody', AT)).toBe(false);
    expect(await tokens.find('a')).toEqual({ ...first, revokedAt: LATER });
    expect(await tokens.find("' OR 1=1 --")).toBeUndefined();
  });

  it('keep a row beside one that is refused in the same turn', async () => {
    const { tokens } = await open();
    const row = { id: 'a', hash: 'h', label: '', scopes: [], createdAt: AT };
    const outcomes = await Promise.allSettled(['a', 'a', 'b'].map((id) => tokens.add({ ...row, id })));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect((await tokens.list()).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('keep workspaces, page by page, and remove one with what it has', async () => {
    const { workspaces, installs, credentials } = await open();
    for (const id of ['c', 'a', 'b']) await workspaces.ensure({ id, createdAt: AT });
    expect(await workspaces.ensure({ id: 'a', runtime: 'node', createdAt: LATER })).toEqual({
      id: 'a',
      runtime: 'node',
      createdAt: AT,
    });
    expect(await workspaces.ensure({ id: 'a', createdAt: LATER })).toMatchObject({ runtime: 'node' });
    const page = await workspaces.list({ limit: 2 });
    expect(page.items.map(({ id }) => id)).toEqual(['a', 'b']);
    const rest = await workspaces.list({ limit: 2, cursor: page.cursor ?? '' });
    expect(rest.items.map(({ id }) => id)).toEqual(['c']);
    expect(rest.cursor).toBeUndefined();
    await expect(workspaces.list({ cursor: 'WzFd' })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
    await installs.put(installOf('a'));
    await credentials.put({ workspace: 'a', host: 'h', scheme: 's', sealed: 'x', createdAt: AT });
    expect(await workspaces.remove('a')).toBe(true);
    expect(await workspaces.remove('a')).toBe(false);
    expect(await workspaces.find('a')).toBeUndefined();
    expect(await workspaces.find('b')).toEqual({ id: 'b', createdAt: AT });
    expect(await installs.list('a')).toEqual([]);
    expect(await credentials.list('a')).toEqual([]);
  });

  it('keep installs, the last of a plugin alone', async () => {
    const { installs } = await open();
    await installs.put({ ...installOf('w'), version: '0.9.0', keyId: 'k', integrity: 'i' });
    await installs.put(installOf('w'));
    await installs.put({ ...installOf('w'), plugin: 'a', keyId: 'k', integrity: 'i' });
    expect(await installs.find('w', 'p')).toEqual(installOf('w'));
    expect((await installs.list('w')).map(({ plugin }) => plugin)).toEqual(['a', 'p']);
    expect(await installs.find('other', 'p')).toBeUndefined();
    expect(await installs.remove('w', 'p')).toBe(true);
    expect(await installs.remove('w', 'p')).toBe(false);
  });

  it('keep credentials, and list them without what is sealed', async () => {
    const { credentials } = await open();
    const row = { workspace: 'w', host: 'h.example', scheme: 'git', sealed: 'SECRET', createdAt: AT };
    await credentials.put({ ...row, username: 'u' });
    await credentials.put(row);
    await credentials.touch({ workspace: 'w', host: 'h.example', scheme: 'git', at: LATER });
    expect(await credentials.find('w', 'h.example', 'git')).toEqual({ ...row, lastUsedAt: LATER });
    const listed = await credentials.list('w');
    expect(listed).toHaveLength(1);
    expect(JSON.stringify(listed)).not.toContain('SECRET');
    expect(await credentials.find('w', 'h.example', 'npm')).toBeUndefined();
    expect(await credentials.remove('w', 'h.example', 'git')).toBe(true);
    expect(await credentials.remove('w', 'h.example', 'git')).toBe(false);
  });

  it('keep audit events, and list them by who, what and when, the newest first', async () => {
    const { audit } = await open();
    const event = { at: AT, actor: 'token:a', action: 'publish', subject: 'p@1.0.0' };
    for (const id of ['1', '2', '3']) await audit.add({ ...event, id });
    const full = { ...event, id: '4', at: LATER, actor: 'system', action: 'yank', subject: 'q' };
    await audit.add({ ...full, address: '::1', requestId: 'r', detail: { why: ['x', null] } });
    await expect(audit.add({ ...event, id: '1' })).rejects.toMatchObject({ code: 'ROW_EXISTS' });
    expect((await audit.list()).items.map(({ id }) => id)).toEqual(['4', '3', '2', '1']);
    expect((await audit.list({ actor: 'system', action: 'yank', subject: 'q' })).items).toEqual([
      { ...full, address: '::1', requestId: 'r', detail: { why: ['x', null] } },
    ]);
    expect((await audit.list({ since: LATER })).items.map(({ id }) => id)).toEqual(['4']);
    expect((await audit.list({ until: LATER })).items.map(({ id }) => id)).toEqual(['3', '2', '1']);
    const page = await audit.list({ limit: 3 });
    const rest = await audit.list({ limit: 3, cursor: page.cursor ?? '' });
    expect(rest).toEqual({ items: [{ ...event, id: '1' }] });
    for (const cursor of ['', '{}', 'WyJ4Il0', 'A'.repeat(5_000), Buffer.from('["\\u0000",1]').toString('base64url')]) {
      await expect(audit.list({ cursor })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
    }
  });

  it('count in windows, each call once', async () => {
    const { counters } = await open();
    const now = new Date(AT);
    const counts = await Promise.all(Array.from({ length: 30 }, () => counters.add('k', 1_000, now)));
    expect(counts.map(({ count }) => count).sort((a, b) => a - b)).toEqual(counts.map((_, index) => index + 1));
    expect(counts[0]?.resetAt).toEqual(new Date(now.getTime() + 1_000));
    const after = await counters.add('k', 1_000, new Date(now.getTime() + 1_000));
    expect(after).toEqual({ count: 1, resetAt: new Date(now.getTime() + 2_000) });
    expect((await counters.add('other', 1_000, now)).count).toBe(1);
  });
});

function installOf(workspace: string) {
  return {
    workspace,
    plugin: 'p',
    version: '1.0.0',
    source: 'local:p',
    resolved: 'local:p',
    contentDigest: 'h1:x',
    installedAt: AT,
    manifest: { name: 'p', deep: [1, null] },
  };
}
