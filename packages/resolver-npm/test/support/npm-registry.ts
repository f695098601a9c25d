import { createHash } from 'node:crypto';
import { type NpmRegistry, startNpmRegistry } from '@agentmesh/test-support';
import { packageTarball } from './package-tarball.js';

/** One version to publish. */
interface PublishedVersion {
  readonly name: string;
  readonly version: string;
  readonly tag?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** verdaccio on loopback that one can publish to. */
export interface OpenRegistry extends NpmRegistry {
  publish(version: PublishedVersion): Promise<void>;
}

/** Who may read packages that begin with `private-`. */
export const USER = { name: 'tester', password: 's3cret-of-the-test' } as const;
/** Made once with htpasswd. */
const PASSWORDS = `${USER.name}:$2y$05$Sp19HlQyaq8Z3rWjquVJcOFAChLcgJh9Xxa1r6uY4kqpMsYq5HTcm\n`;

/** Starts an empty registry. */
export async function startOpenRegistry(): Promise<OpenRegistry> {
  const registry = await startNpmRegistry({ passwords: PASSWORDS });
  return { ...registry, publish: (version) => publish(registry.url, version) };
}

/** What `npm publish` sends. */
async function publish(registry: string, published: PublishedVersion): Promise<void> {
  const { name, version, tag = 'latest', fields = {} } = published;
  const manifest = { ...fields, name, version };
  const files = { 'package.json': JSON.stringify(manifest), ...published.files };
  const bytes = await packageTarball(files);
  const file = `${name}-${version}.tgz`;
  const dist = {
    integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
    shasum: createHash('sha1').update(bytes).digest('hex'),
    tarball: `${registry}${name}/-/${file}`,
  };
  const document = {
    ...{ _id: name, name, 'dist-tags': { [tag]: version } },
    versions: { [version]: { ...manifest, _id: `${name}@${version}`, dist } },
    _attachments: {
      [file]: { content_type: 'application/octet-stream', data: bytes.toString('base64'), length: bytes.length },
    },
  };
  const answer = await fetch(new URL(name.replace('/', '%2f'), registry), {
    method: 'PUT',
    headers: { 'content-type': 'application/json', authorization: 'Bearer none' },
    body: JSON.stringify(document),
  });
  if (!answer.ok) throw new Error(`Publishing ${name}@${version} failed: ${answer.status} ${await answer.text()}`);
}
