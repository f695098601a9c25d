import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChildServer } from './child-server.js';

/** How a registry asks who is there. */
export type RegistryAuth =
  | { readonly kind: 'htpasswd'; readonly line: string }
  | { readonly kind: 'token'; readonly realm: string; readonly service: string; readonly certificate: string };

/** Debian's docker-registry (distribution 2) on loopback, without TLS, for the length of a test. */
export interface DockerRegistry {
  readonly port: number;
  /** `127.0.0.1:port` */
  readonly host: string;
  close(): Promise<void>;
}

/** Starts one with an empty storage of its own. */
export async function startDockerRegistry(auth?: RegistryAuth): Promise<DockerRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmesh-registry-'));
  const args = async (port: number): Promise<string[]> => {
    const config = {
      version: '0.1',
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder, 'storage') }, delete: { enabled: true } },
      http: { addr: `127.0.0.1:${port}`, relativeurls: true },
      ...(auth === undefined ? {} : { auth: await writeAuth(folder, auth) }),
    };
    await writeFile(join(folder, 'config.yml'), JSON.stringify(config));
    return ['serve', join(folder, 'config.yml')];
  };
  const server = await startChildServer({ command: 'docker-registry', args, ready: '/v2/' });
  return {
    port: server.port,
    host: `127.0.0.1:${server.port}`,
    close: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function writeAuth(folder: string, auth: RegistryAuth): Promise<object> {
  if (auth.kind === 'htpasswd') {
    const path = join(folder, 'htpasswd');
    await writeFile(path, `${auth.line}\n`);
    return { htpasswd: { realm: 'tests', path } };
  }
  const rootcertbundle = join(folder, 'token.pem');
  await writeFile(rootcertbundle, auth.certificate);
  return { token: { realm: auth.realm, service: auth.service, issuer: 'tests', rootcertbundle } };
}
