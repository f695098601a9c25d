import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '@agentmesh/registry-sql';
import { Keyring, PluginSigner, signPlugin } from '@agentmesh/signing';
import { describe, expect, it } from 'vitest';
import { createTestApp, type TestApp, type TestAppOptions } from '../support/test-app.js';
import { readFiles, scratch, writeFiles } from '../targets/staged.js';
import { type Answer, jsonOf, listOf, pluginFiles } from './plugin-files.js';

const W = '/workspaces/team/plugins';

/** An app with a local plugin `greeter`, and a token for the workspace `team`. */
async function createApp(
  options: TestAppOptions = {},
): Promise<TestApp & { readonly team: string; readonly local: string }> {
  const app = await createTestApp(options);
  const local = join(app.dataDir, 'plugins');
  writeFiles(join(local, 'greeter'), pluginFiles('greeter'));
  return { ...app, local, team: await app.token('install:team') };
}

function install(app: TestApp, token: string, body: unknown, path = W): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return app.request(path, { method: 'POST', body: JSON.stringify(body), headers, token });
}

async function problem(
  response: Promise<Response>,
): Promise<Answer & { readonly status: number; readonly type: string | null }> {
  const answer = await response;
  return { ...(await jsonOf(answer)), status: answer.status, type: answer.headers.get('content-type') };
}

describe('installing into a workspace', () => {
  it('puts a local plugin there by its bare name and says what it did', async () => {
    const app = await createApp();
    const response = await install(app, app.team, { source: 'greeter' });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: 'installed',
      plugin: 'greeter',
      source: 'local://greeter',
      resolved: 'local://greeter',
      version: '1.0.0',
      verification: 'unverified',
      kept: [],
      warnings: [],
    });
    const folder = join(app.dataDir, 'workspaces/team/plugins/greeter');
    expect(readFiles(folder)).toEqual(pluginFiles('greeter'));
    const listed = await app.request(W, { token: app.team });
    expect(await listed.json()).toMatchObject([{ name: 'greeter', version: '1.0.0', source: 'local://greeter' }]);
    const row = await app.deps.database.installs.find('team', 'greeter');
    expect(row).toMatchObject({ version: '1.0.0', resolved: 'local://greeter' });
    const { items } = await app.deps.database.audit.list({ action: 'install' });
    expect(items).toMatchObject([{ subject: 'workspace:team', detail: { plugin: 'greeter' } }]);
    const stages = join(app.dataDir, 'stages');
    const own = readdirSync(stages).filter((name) => !name.includes('.'));
    expect(own.flatMap((name) => readdirSync(join(stages, name)))).toEqual([]);
  });

  it('names the schemes that there are when one is unknown', async () => {
    const app = await createApp();
    expect(await problem(install(app, app.team, { source: 'npm://greeter' }))).toMatchObject({
      status: 400,
      type: 'application/problem+json',
      code: 'SOURCE_SCHEME_UNKNOWN',
      available_schemes: ['github', 'local'],
    });
  });

  it('wires the schemes of the configuration, and tells exactly those, sorted', async () => {
    const app = await createApp({ args: ['--sources', 'oci,local,https'] });
    const response = await app.request('/plugins/sources');
    expect(await response.json()).toEqual({ schemes: ['https', 'local', 'oci'] });
    const usual = await createApp();
    expect(await (await usual.request('/plugins/sources')).text()).toBe('{"schemes":["github","local"]}');
  });

  for (const [what, body] of [
    ['no JSON', '{'],
    ['no source', '{}'],
    ['an empty source', '{"source":""}'],
    ['a source that is no text', '{"source":1}'],
    ['a key too many', '{"source":"greeter","force":true}'],
    ['an integrity of another form', '{"source":"greeter","integrity":"md5-1"}'],
    ['a path as a source', '{"source":"./greeter"}'],
    ['a source that climbs', '{"source":"local://../greeter"}'],
    ['an absolute path', '{"source":"/etc"}'],
    ['a github source without a repository', '{"source":"github://alice"}'],
  ]) {
    it(`refuses ${what} as malformed`, async () => {
      const app = await createApp();
      const headers = { 'content-type': 'application/json' };
      const sent = app.request(W, { method: 'POST', body: body ?? '', headers, token: app.team });
      expect(await problem(sent)).toMatchObject({ status: 400, type: 'application/problem+json' });
    });
  }

  it('asks who it is, and lets nobody into the workspace of somebody else', async () => {
    const app = await createApp();
    const other = await app.token('install:other');
    const reader = await app.token('read');
    expect(await problem(app.request(W))).toMatchObject({ status: 401, code: 'TOKEN_REQUIRED' });
    expect(await problem(app.request(W, { token: other }))).toMatchObject({ status: 403, code: 'SCOPE_MISSING' });
    expect(await problem(install(app, other, { source: 'greeter' }))).toMatchObject({ status: 403 });
    expect(await problem(install(app, reader, { source: 'greeter' }))).toMatchObject({ status: 403 });
    expect((await app.request(W, { token: reader })).status).toBe(200);
    expect((await install(app, app.admin, { source: 'greeter' })).status).toBe(200);
  });

  it('says that there is no such plugin', async () => {
    const app = await createApp();
    expect(await problem(install(app, app.team, { source: 'absent' }))).toMatchObject({
      status: 404,
      code: 'SOURCE_NOT_FOUND',
    });
  });

  it('refuses what the policy does not allow, before anything is fetched', async () => {
    const app = await createApp({ args: ['--allow-sources', 'github://acme/*,local://other'] });
    expect(await problem(install(app, app.team, { source: 'greeter' }))).toMatchObject({
      status: 403,
      code: 'POLICY_DENIED',
    });
  });

  it('refuses a source that may move where pinned ones are required', async () => {
    const app = await createApp({ args: ['--pinned', 'required'] });
    expect(await problem(install(app, app.team, { source: 'github://alice/greeter#main' }))).toMatchObject({
      status: 422,
      code: 'SOURCE_UNPINNED',
    });
  });

  it('refuses whom it does not trust, and takes what a trusted author signed', async () => {
    const app = await createApp({ args: ['--trusted-keys', join(scratch(), 'keys.yaml')] });
    const { trustedKeys } = app.deps.config.install;
    expect(await problem(install(app, app.team, { source: 'greeter' }))).toMatchObject({ status: 422 });
    const signer = PluginSigner.generate();
    await signPlugin(join(app.local, 'greeter'), signer);
    await Keyring.update(trustedKeys ?? '', (keyring) => keyring.trust({ author: 'alice', key: signer.publicKey }));
    const response = await install(app, app.team, { source: 'greeter' });
    expect(await response.json()).toMatchObject({ verification: 'verified', key_id: signer.keyId });
    await Keyring.update(trustedKeys ?? '', (keyring) => keyring.revoke(signer.keyId));
    expect(await problem(install(app, app.team, { source: 'greeter' }))).toMatchObject({
      status: 422,
      code: 'UNTRUSTED_AUTHOR',
    });
  });

  for (const [what, files] of [
    ['no manifest', { 'index.js': '1;\n' }],
    ['a manifest of another form', { 'agent-plugin.yaml': 'name: greeter\n' }],
    ['a blocked import', { ...pluginFiles('greeter'), 'index.js': "import 'node:child_process';\n" }],
  ] as const) {
    it(`refuses a plugin with ${what}`, async () => {
      const app = await createApp();
      writeFiles(join(app.local, 'faulty'), files);
      expect(await problem(install(app, app.team, { source: 'faulty' }))).toMatchObject({ status: 422 });
      expect(readFiles(join(app.dataDir, 'workspaces/team'))).toBeUndefined();
    });
  }

  it('holds a plugin to the integrity that was asked for', async () => {
    const app = await createApp();
    const wrong = `h1:${'A'.repeat(43)}=`;
    expect(await problem(install(app, app.team, { source: 'greeter', integrity: wrong }))).toMatchObject({
      status: 422,
      code: 'INTEGRITY_MISMATCH',
    });
    const wrongArchive = `sha512-${'A'.repeat(86)}==`;
    expect(await problem(install(app, app.team, { source: 'greeter', integrity: wrongArchive }))).toMatchObject({
      status: 422,
    });
    const { content_digest } = await jsonOf(install(app, app.team, { source: 'greeter' }));
    expect((await install(app, app.team, { source: 'greeter', integrity: content_digest })).status).toBe(200);
  });

  it('refuses too much: in the body, and in the plugin', async () => {
    const app = await createApp({ args: ['--plugin-install-max-dir-bytes', '1000'] });
    expect(await problem(install(app, app.team, { source: `local://${'x'.repeat(70_000)}` }))).toMatchObject({
      status: 413,
      code: 'BODY_TOO_LARGE',
    });
    writeFiles(join(app.local, 'large'), { ...pluginFiles('large'), 'data.txt': 'x'.repeat(2_000) });
    expect(await problem(install(app, app.team, { source: 'large' }))).toMatchObject({ status: 413 });
  });

  it('refuses a name that looks like one that is there, and the same name from elsewhere', async () => {
    const app = await createApp();
    await install(app, app.team, { source: 'greeter' });
    writeFiles(join(app.local, 'copy'), pluginFiles('greeter', { version: '2.0.0' }));
    expect(await problem(install(app, app.team, { source: 'copy' }))).toMatchObject({
      status: 409,
      code: 'NAME_COLLISION',
    });
    writeFiles(join(app.local, 'lookalike'), pluginFiles('Greeter'));
    expect(await problem(install(app, app.team, { source: 'lookalike' }))).toMatchObject({ status: 409 });
  });

  it('takes a newer version, and refuses an older one and other files under the same', async () => {
    const app = await createApp();
    await install(app, app.team, { source: 'greeter' });
    writeFiles(join(app.local, 'greeter'), pluginFiles('greeter', { code: 'export const hello = () => 2;\n' }));
    expect(await problem(install(app, app.team, { source: 'greeter' }))).toMatchObject({
      status: 422,
      code: 'VERSION_RETAGGED',
    });
    writeFiles(join(app.local, 'greeter'), pluginFiles('greeter', { version: '2.0.0' }));
    expect((await install(app, app.team, { source: 'greeter' })).status).toBe(200);
    writeFiles(join(app.local, 'greeter'), pluginFiles('greeter', { version: '1.5.0' }));
    expect(await problem(install(app, app.team, { source: 'greeter' }))).toMatchObject({
      status: 403,
      code: 'DOWNGRADE_REFUSED',
    });
  });

  it('asks for what a plugin depends on, and leaves no dependent without it', async () => {
    const app = await createApp();
    writeFiles(join(app.local, 'needs'), pluginFiles('needs', { dependencies: ['greeter>=1.0.0,<2.0.0'] }));
    expect(await problem(install(app, app.team, { source: 'needs' }))).toMatchObject({
      status: 409,
      code: 'DEPENDENCY_UNSATISFIED',
    });
    await install(app, app.team, { source: 'greeter' });
    expect((await install(app, app.team, { source: 'needs' })).status).toBe(200);
    writeFiles(join(app.local, 'greeter'), pluginFiles('greeter', { version: '2.0.0' }));
    expect(await problem(install(app, app.team, { source: 'greeter' }))).toMatchObject({ status: 409 });
    const remove = (query: string) => app.request(`${W}/greeter${query}`, { method: 'DELETE', token: app.team });
    expect(await problem(remove(''))).toMatchObject({ status: 409, code: 'HAS_DEPENDENTS' });
    expect((await remove('?force=true')).status).toBe(200);
  });

  it('removes exactly what it installed, and says what it kept', async () => {
    const app = await createApp();
    await install(app, app.team, { source: 'greeter' });
    const workspace = join(app.dataDir, 'workspaces/team');
    writeFiles(join(workspace, 'plugins/greeter'), { 'notes.txt': 'mine\n' });
    const response = await app.request(`${W}/greeter`, { method: 'DELETE', token: app.team });
    const answer = await jsonOf(response);
    expect(answer).toMatchObject({
      status: 'uninstalled',
      plugin: 'greeter',
      kept: [{ path: 'notes.txt', reason: 'added' }],
    });
    expect(readFiles(join(workspace, answer.kept_in))).toEqual({ 'notes.txt': 'mine\n' });
    expect(await (await app.request(W, { token: app.team })).json()).toEqual([]);
    const again = app.request(`${W}/greeter`, { method: 'DELETE', token: app.team });
    expect(await problem(again)).toMatchObject({ status: 404, code: 'NOT_INSTALLED' });
  });

  for (const id of [
    '%252e%252e',
    '..%2f..',
    '.agentmesh',
    'a%2fb',
    'A',
    '%00',
    'con',
    `${'x'.repeat(299)}`,
    '%F0%9F%98%80',
  ]) {
    it(`takes the path trick ${id.slice(0, 20)} for no workspace`, async () => {
      const app = await createApp();
      const response = await app.request(`/workspaces/${id}/plugins`, { token: app.admin });
      expect([400, 404]).toContain(response.status);
      expect(readdirSync(app.dataDir)).not.toContain('workspaces');
    });
  }

  for (const name of ['..%2f..', '%2e%2e', 'a%00b', '.hidden', 'con', 'a%20b', '%0d%0aX-Evil:1']) {
    it(`takes the path trick ${name} for no plugin`, async () => {
      const app = await createApp();
      const removed = app.request(`${W}/${name}`, { method: 'DELETE', token: app.admin });
      expect([400, 404]).toContain((await removed).status);
      const got = await app.request(`${W}/${name}/download`, { token: app.admin });
      expect([400, 404]).toContain(got.status);
      expect(got.headers.get('x-evil')).toBeNull();
    });
  }

  it('puts right what the database lists after a crash between the two', async () => {
    const app = await createApp();
    await install(app, app.team, { source: 'greeter' });
    const { installs } = app.deps.database;
    const row = await installs.find('team', 'greeter');
    await installs.remove('team', 'greeter');
    if (row !== undefined) await installs.put({ ...row, plugin: 'ghost' });
    await app.request(W, { token: app.team });
    expect((await installs.list('team')).map(({ plugin }) => plugin)).toEqual(['greeter']);
  });
});

describe('plugins with large scripts and manifests', () => {
  it('are read on a thread of their own, with the same answers', async () => {
    const app = await createApp();
    const lines = Array.from({ length: 8_000 }, (_, index) => `export const f${index} = () => ${index};\n`).join('');
    writeFiles(join(app.local, 'large'), { ...pluginFiles('large'), 'index.js': lines });
    expect((await install(app, app.team, { source: 'large' })).status).toBe(200);
    writeFiles(join(app.local, 'evil'), {
      ...pluginFiles('evil'),
      'index.js': `${lines}import 'node:child_process';\n`,
    });
    expect(await problem(install(app, app.team, { source: 'evil' }))).toMatchObject({
      status: 422,
      code: 'RESTRICTED_IMPORT',
      findings: [{ code: 'restricted-import', path: 'index.js', line: 8_001 }],
    });
    const tags = Array.from({ length: 150 }, (_, index) => `  - tag-with-a-long-name-${index}\n`).join('');
    const yaml = (more: string) => `name: tagged\nversion: 1.0.0\nauthor: bob\ndescription: x\n${more}tags:\n${tags}`;
    writeFiles(join(app.local, 'tagged'), { 'plugin.yaml': yaml(''), 'skills/a/SKILL.md': 'x' });
    expect(await jsonOf(install(app, app.team, { source: 'tagged' }))).toMatchObject({ plugin: 'tagged' });
    const [manifest = ''] = Object.values(pluginFiles('broken'));
    writeFiles(join(app.local, 'broken'), {
      'agent-plugin.yaml': `${manifest}${'# padding\n'.repeat(600)}version: 2\n`,
    });
    expect(await problem(install(app, app.team, { source: 'broken' }))).toMatchObject({
      status: 422,
      code: 'MANIFEST_INVALID',
    });
  });
});

describe('workspaces on SQLite', () => {
  it('keep their runtime, installs, credentials and audit log in the database', async () => {
    const database = await openDatabase({ url: `sqlite:${join(scratch(), 'server.db')}` });
    const app = await createApp({ deps: (own) => ({ ...own, database }) });
    const send = (method: string, path: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      return app.request(path, { method, body: JSON.stringify(body), headers, token: app.team });
    };
    expect((await send('PUT', '/workspaces/team', { runtime: 'langgraph' })).status).toBe(200);
    expect((await send('POST', W, { source: 'greeter' })).status).toBe(200);
    expect((await send('POST', W, { source: 'greeter' })).status).toBe(200);
    const credential = '/workspaces/team/credentials/git.example.com';
    for (const token of ['one', 'two']) expect((await send('PUT', credential, { token })).status).toBe(204);
    expect(await database.workspaces.find('team')).toMatchObject({ runtime: 'langgraph' });
    expect(await database.installs.list('team')).toMatchObject([{ plugin: 'greeter', manifest: { name: 'greeter' } }]);
    expect(await listOf(app.request('/workspaces/team/credentials', { token: app.team }))).toHaveLength(1);
    const removed = await app.request(`${W}/greeter`, { method: 'DELETE', token: app.team });
    expect(removed.status).toBe(200);
    expect(await database.installs.list('team')).toEqual([]);
    const { items } = await database.audit.list({ subject: 'workspace:team' });
    const actions = ['uninstall', 'credential-set', 'credential-set', 'install', 'install', 'workspace-set'];
    expect(items.map(({ action }) => action)).toEqual(actions);
  });
});

describe('a workspace with a runtime', () => {
  it('is activated for it after each change, and hears what was kept and what failed', async () => {
    const seen: string[] = [];
    const activate = async ({ id, runtime }: { readonly id: string; readonly runtime: string }) => {
      seen.push(`${id} ${runtime}`);
      if (seen.length === 3) throw new Error('secret detail');
      const finding = { code: 'skill-bad', severity: 'warning', path: 'skills/a', message: 'no name' } as const;
      return { kept: [{ path: 'CLAUDE.md', reason: 'changed' } as const], findings: [finding] };
    };
    const app = await createApp({ deps: (own) => ({ ...own, workspaces: { ...own.workspaces, activate } }) });
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ runtime: 'claude-code' });
    const set = await app.request('/workspaces/team', { method: 'PUT', body, headers, token: app.team });
    expect(await set.json()).toMatchObject({ id: 'team', runtime: 'claude-code' });
    const installed = await jsonOf(install(app, app.team, { source: 'greeter' }));
    expect(installed).toMatchObject({ activated: true, kept: [{ path: 'CLAUDE.md' }] });
    expect(installed.warnings).toEqual(['skills/a: no name (skill-bad)']);
    const removed = await app.request(`${W}/greeter`, { method: 'DELETE', token: app.team });
    const answer = await jsonOf(removed);
    expect(answer).toMatchObject({ status: 'uninstalled', activated: false });
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(seen).toEqual(['team claude-code', 'team claude-code', 'team claude-code']);
  });

  it('finds the skills of its plugins there, and loses them with their plugin, but for what was changed', async () => {
    const app = await createApp();
    const skill = (name: string) => `---\nname: ${name}\ndescription: Greets people.\n---\nSay hello.\n`;
    writeFiles(join(app.local, 'skilled'), {
      'plugin.yaml':
        'name: skilled\nversion: 1.2.0\ndescription: Greets.\nauthor: bob\ntags: [greeting]\nruntimes: [claude_code]\n',
      'skills/hello/SKILL.md': skill('hello'),
      'skills/bye/SKILL.md': skill('bye'),
    });
    await app.deps.database.workspaces.ensure({
      id: 'team',
      runtime: 'claude_code',
      createdAt: '2026-01-01T00:00:00Z',
    });
    const installed = await jsonOf(install(app, app.team, { source: 'skilled' }));
    expect(installed).toMatchObject({
      plugin: 'skilled',
      version: '1.2.0',
      verification: 'unverified',
      activated: true,
    });
    const workspace = join(app.dataDir, 'workspaces/team');
    expect(readFiles(join(workspace, '.claude/skills'))).toEqual({
      'bye/SKILL.md': skill('bye'),
      'hello/SKILL.md': skill('hello'),
    });
    const [listed] = await listOf(app.request(W, { token: app.team }));
    expect(listed).toMatchObject({ tags: ['greeting'], skills: ['bye', 'hello'], runtimes: ['claude_code'] });
    writeFileSync(join(workspace, '.claude/skills/bye/SKILL.md'), 'mine\n');
    const removed = await jsonOf(app.request(`${W}/skilled`, { method: 'DELETE', token: app.team }));
    expect(removed.kept).toEqual([{ path: '.claude/skills/bye', reason: 'changed' }]);
    expect(readFiles(join(workspace, '.claude/skills'))).toEqual({ 'bye/SKILL.md': 'mine\n' });
  });

  it('is not activated with a plugin that somebody changed, and says so', async () => {
    const app = await createApp();
    await app.deps.database.workspaces.ensure({ id: 'team', runtime: 'claude', createdAt: '2026-01-01T00:00:00Z' });
    await install(app, app.team, { source: 'greeter' });
    writeFiles(join(app.dataDir, 'workspaces/team/plugins/greeter'), {
      'skills/evil/SKILL.md': '---\nname: evil\n---\n',
    });
    writeFiles(join(app.local, 'other'), pluginFiles('other'));
    const { warnings, activated } = await jsonOf(install(app, app.team, { source: 'other' }));
    expect(activated).toBe(true);
    expect(warnings).toEqual(['greeter: Its files are not those that were installed (tree-tampered)']);
    expect(readFiles(join(app.dataDir, 'workspaces/team/.claude/skills'))).toBeUndefined();
  });
});

describe('plugins and their runtimes', () => {
  it('lists the local folder: a bad plugin is named and stops nothing', async () => {
    const app = await createApp();
    writeFiles(join(app.local, 'for-claude'), {
      ...pluginFiles('for-claude'),
      'plugin.yaml': 'name: for-claude\nversion: 9.9.9\ntags: [a, b]\nskills: [s]\nruntimes: [claude_code]\n',
    });
    writeFiles(join(app.local, 'bad'), { 'agent-plugin.yaml': ': : :' });
    writeFiles(join(app.local, 'skillful'), { 'skills/one/SKILL.md': 'x', 'plugin.yaml': 'version: 0.1.0\n' });
    mkdirSync(join(app.local, '.hidden'));
    writeFileSync(join(app.local, 'file'), '');
    const all = await listOf(app.request('/plugins'));
    expect(all.map(({ name, problem: wrong }) => [name, wrong])).toEqual([
      ['bad', 'MANIFEST_INVALID'],
      ['for-claude', undefined],
      ['greeter', undefined],
      ['skillful', undefined],
    ]);
    expect(all[1]).toEqual({
      name: 'for-claude',
      version: '1.0.0',
      description: 'A plugin.',
      author: 'alice',
      tags: ['a', 'b'],
      skills: ['s'],
      runtimes: ['claude_code'],
    });
    expect(all[3]).toMatchObject({ version: '0.1.0', skills: ['one'], runtimes: [] });
    const names = async (query: string) => (await listOf(app.request(`/plugins${query}`))).map(({ name }) => name);
    expect(await names('?runtime=claude-code')).toEqual(['bad', 'for-claude', 'greeter', 'skillful']);
    expect(await names('?runtime=deepagents')).toEqual(['bad', 'greeter', 'skillful']);
    expect((await app.request('/plugins?runtime=a%20b')).status).toBe(400);
  });

  it('shows what a workspace could have, and what another runtime would make of what it has', async () => {
    const app = await createApp();
    writeFiles(join(app.local, 'for-claude'), {
      ...pluginFiles('for-claude'),
      'plugin.yaml': 'version: 9.9.9\nruntimes: [claude_code]\n',
    });
    await app.deps.database.workspaces.ensure({
      id: 'team',
      runtime: 'langgraph',
      createdAt: '2026-01-01T00:00:00.000Z',
    });
    const available = await listOf(app.request(`${W}/available`, { token: app.team }));
    expect(available.map(({ name }) => name)).toEqual(['greeter']);
    await install(app, app.team, { source: 'greeter' });
    await install(app, app.team, { source: 'for-claude' });
    const listed = await listOf(app.request(W, { token: app.team }));
    expect(listed).toMatchObject([
      { name: 'for-claude', supported_on_runtime: false },
      { name: 'greeter', supported_on_runtime: true },
    ]);
    const compare = async (runtime: string) => {
      const response = await app.request(`${W}/compatibility?runtime=${runtime}`, { token: app.team });
      const { compatible, incompatible, ...rest } = await jsonOf(response);
      const names = (some: readonly Answer[]) => some.map(({ name }) => name);
      return { ...rest, compatible: names(compatible), incompatible: names(incompatible) };
    };
    expect(await compare('claude-code')).toEqual({
      target_runtime: 'claude-code',
      compatible: ['for-claude', 'greeter'],
      incompatible: [],
      all_compatible: true,
    });
    expect(await compare('langgraph')).toMatchObject({ incompatible: ['for-claude'], all_compatible: false });
    expect((await app.request(`${W}/compatibility`, { token: app.team })).status).toBe(400);
  });
});
