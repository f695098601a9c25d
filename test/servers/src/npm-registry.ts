import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startChildServer } from './child-server.js';

/** verdaccio on loopback, alone in the world, for the length of a test. */
export interface NpmRegistry {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Starts an empty one. Everybody may publish to it and read from it, but for packages that begin with `private-`: those
 * only who is in `passwords`, lines of an htpasswd file, may read.
 */
export async function startNpmRegistry(passwords = ''): Promise<NpmRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmesh-npm-'));
  await writeFile(join(folder, 'htpasswd'), passwords);
  await writeFile(join(folder, 'config.yaml'), configuration(folder));
  const require = createRequire(import.meta.url);
  const program = join(dirname(require.resolve('verdaccio/package.json')), 'bin/verdaccio');
  const server = await startChildServer({
    command: process.execPath,
    args: (port) => [program, '--config', join(folder, 'config.yaml'), '--listen', `127.0.0.1:${port}`],
    ready: '/-/ping',
  });
  return {
    url: `http://127.0.0.1:${server.port}/`,
    port: server.port,
    close: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configuration(folder: string): string {
  return `storage: ${join(folder, 'storage')}
auth: { htpasswd: { file: ${join(folder, 'htpasswd')} } }
packages:
  'private-*':
    access: $authenticated
    publish: $all
  '**':
    access: $all
    publish: $all
log: { type: stdout, level: error }
`;
}
