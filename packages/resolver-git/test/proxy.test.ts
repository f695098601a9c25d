import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { createResolver, type GitResolverOptions } from '@agentmesh/resolver-git';
import {
  createAuthority,
  createRepositories,
  failureOf,
  type GitServer,
  type Repositories,
  startGitServer,
} from '@agentmesh/test-support';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fetchTo } from './support/fetch-to.js';

const authority = createAuthority('git.test', 'other.test', 'localhost');
let repositories: Repositories;
let server: GitServer;
let proxy: Server;
let tunnels: string[];

beforeAll(async () => {
  repositories = createRepositories();
  repositories.make('plugin', { 'index.js': 'x' });
  server = await startGitServer({ root: repositories.root, authority });
  // Knows where git.test is, which nobody else does.
  proxy = createServer().on('connect', (request, socket) => {
    tunnels.push(request.url ?? '');
    const target = connect(server.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.destroy());
    socket.on('error', () => target.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  tunnels = [];
});
afterAll(async () => {
  proxy.close();
  await server.close();
  repositories.remove();
});

function fetch(options: GitResolverOptions = {}, except: readonly string[] = []) {
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const resolver = createResolver({
    ca: authority.ca,
    proxy: { url, except },
    lookup: async () => Promise.reject(new Error('not known here')),
    ...options,
  });
  return fetchTo(resolver, `git.test:${server.port}/plugin.git`);
}

describe('a proxy', () => {
  it('is gone through for a host that only it knows', async () => {
    expect((await fetch()).files).toEqual({ 'index.js': 'x' });
    expect(new Set(tunnels)).toEqual(new Set([`git.test:${server.port}`]));
  });

  it('is passed by for a host that is excepted, or listed', async () => {
    const known = { allowPrivateHosts: ['git.test'], lookup: async () => [{ address: '127.0.0.1', family: 4 }] };
    expect((await fetch(known)).files).toEqual({ 'index.js': 'x' });
    expect(await failureOf(fetch({}, ['git.test']))).toMatchObject({ code: 'FETCH_FAILED' });
    expect(tunnels).toEqual([]);
  });

  it('is not asked for a host that stands for a private address here', async () => {
    const lookup = async () => [{ address: '169.254.169.254', family: 4 }];
    expect(await failureOf(fetch({ lookup }))).toMatchObject({ code: 'FETCH_FAILED' });
    expect(tunnels).toEqual([]);
  });
});
