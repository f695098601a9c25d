import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { startChildServer } from './child-server.js';

/** verdaccio on loopback, alone in the world, for the length of a test. */
export interface NpmRegistry {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Text of an `.npmrc` that points npm and pnpm at it, with a token of no worth. */
  readonly npmrc: string;
  close(): Promise<void>;
}

/** How {@link startNpmRegistry} sets it up. */
export interface NpmRegistryOptions {
  /** Lines of an htpasswd file: who may read packages that begin with `private-`. */
  readonly passwords?: string;
  /** Packages outside of `@agentmesh/` come from the registry that this machine uses. */
  readonly isProxy?: boolean;
  /** Who publishes has to be logged in, with a signed token (JWT); anybody may make an account. */
  readonly isLogin?: boolean;
}

/** Starts an empty one. Everybody may publish to it and, but for `private-` packages, read from it. */
export async function startNpmRegistry({
  passwords = '',
  isProxy = false,
  isLogin = false,
}: NpmRegistryOptions = {}): Promise<NpmRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmesh-npm-'));
  await writeFile(join(folder, 'htpasswd'), passwords);
  const upstream = isProxy ? (await execa('npm', ['config', 'get', 'registry'])).stdout.trim() : undefined;
  await writeFile(join(folder, 'config.yaml'), configuration({ folder, upstream, isLogin }));
  const require = createRequire(import.meta.url);
  const program = join(dirname(require.resolve('verdaccio/package.json')), 'bin/verdaccio');
  const server = await startChildServer({
    command: process.execPath,
    args: (port) => [program, '--config', join(folder, 'config.yaml'), '--listen', `127.0.0.1:${port}`],
    ready: '/-/ping',
  });
  const host = `127.0.0.1:${server.port}`;
  return {
    url: `http://${host}/`,
    port: server.port,
    pid: server.pid,
    npmrc: `registry=http://${host}/\n//${host}/:_authToken=none\n`,
    close: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Configured {
  readonly folder: string;
  readonly upstream: string | undefined;
  readonly isLogin: boolean;
}

function configuration({ folder, upstream, isLogin }: Configured): string {
  return `storage: ${join(folder, 'storage')}
${isLogin ? 'security: { api: { jwt: { sign: { expiresIn: 1d } } } }' : ''}
auth: { htpasswd: { file: ${join(folder, 'htpasswd')} } }
${upstream === undefined ? '' : `uplinks: { upstream: { url: ${upstream} } }`}
packages:
  'private-*':
    access: $authenticated
    publish: $all
  '@agentmesh/*':
    access: $all
    publish: $all
  '**':
    access: $all
    publish: ${isLogin ? '$authenticated' : '$all'}
    ${upstream === undefined ? '' : 'proxy: upstream'}
log: { type: stdout, level: error }
`;
}
