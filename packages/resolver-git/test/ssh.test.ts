import { createResolver, type SshOptions } from '@agentmesh/resolver-git';
import { createRepositories, failureOf, startSshServer } from '@agentmesh/test-support';
import { checkResolver } from '@agentmesh/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { fetchTo } from './support/fetch-to.js';
import { processesWith } from './support/watch-processes.js';

const repositories = createRepositories();
const first = repositories.make('demo', { 'index.js': 'first', 'lib/a.js': 'a' });
const tip = repositories.commit('demo', { 'index.js': 'tip', 'lib/a.js': 'b' });
repositories.make('second', { 'index.js': 'second', 'readme.md': 'Second' });
const server = await startSshServer();
const good: SshOptions = { identityFile: server.goodKey, knownHostsFile: server.knownHosts };

afterAll(() => {
  server.close();
  repositories.remove();
});

function at(name: string): string {
  return `${server.user}@127.0.0.1:${server.port}${repositories.root}/${name}.git`;
}

function resolver(ssh: SshOptions = good, allowPrivateHosts = ['127.0.0.1']) {
  return createResolver({ scheme: 'git+ssh', allowPrivateHosts, ssh });
}

describe('a repository over ssh', () => {
  it('comes by branch, by id and by the start of an id', async () => {
    for (const [ref, commit, content] of [
      ['#main', tip, 'tip'],
      ['', tip, 'tip'],
      [`#${first}`, first, 'first'],
      [`#${first.slice(0, 8)}`, first, 'first'],
    ] as const) {
      const fetched = await fetchTo(resolver(), `${at('demo')}${ref}`);
      expect(fetched).toMatchObject({ name: 'demo', revision: commit, resolved: `git+ssh://${at('demo')}#${commit}` });
      expect(fetched.files['index.js']).toBe(content);
    }
  });

  it('comes by folder', async () => {
    expect((await fetchTo(resolver(), `${at('demo')}//lib#${first}`)).files).toEqual({ 'a.js': 'a' });
  });

  it('that is missing is SOURCE_NOT_FOUND', async () => {
    expect(await failureOf(fetchTo(resolver(), at('third')))).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  it('with a key that is refused is SOURCE_UNAUTHORIZED', async () => {
    const refused = fetchTo(resolver({ ...good, identityFile: server.badKey }), at('demo'));
    expect(await failureOf(refused)).toMatchObject({ code: 'SOURCE_UNAUTHORIZED' });
  });

  it('of a host that is not known, or has another key than known, is FETCH_FAILED', async () => {
    for (const knownHostsFile of [server.wrongHosts, '/dev/null']) {
      const error = await failureOf(fetchTo(resolver({ ...good, knownHostsFile }), at('demo')));
      expect(error).toMatchObject({ code: 'FETCH_FAILED', message: expect.stringContaining('host key') });
    }
  });

  it('on a private address that is not listed is FETCH_FAILED', async () => {
    const error = await failureOf(fetchTo(resolver(good, []), at('demo')));
    expect(error).toMatchObject({ code: 'FETCH_FAILED', message: expect.stringContaining('No connection is made') });
  });

  it('with a key file whose name would say more to ssh is FETCH_FAILED', async () => {
    for (const identityFile of ['/tmp/a"\nProxyCommand touch evil', '/tmp/$' + '{HOME}/key']) {
      const error = await failureOf(fetchTo(resolver({ ...good, identityFile }), at('demo')));
      expect(error).toMatchObject({ code: 'FETCH_FAILED', message: expect.stringContaining('Expected a file name') });
    }
  });
});

describe('the contract of a resolver, kept by git over ssh', () => {
  const checks = checkResolver({
    createResolver: () => resolver(),
    known: { spec: at('demo'), name: 'demo' },
    other: { spec: at('second'), name: 'second' },
    missing: at('third'),
    hostile: [`-oProxyCommand=x@127.0.0.1${repositories.root}/demo.git`, `a:b@127.0.0.1/demo.git`],
    moving: ['', '#main'].map((ref) => `${at('demo')}${ref}`),
    active: () => processesWith('/tmp/agentmesh-check-').length,
    cancellations: 4,
  });
  for (const check of checks) it(check.name, check.run);
});
