import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import type { Intercept } from '@agentmesh/test-support';

/** How a package of a registry that lies is answered. */
export interface FakePackage {
  /** What is said of version 1.0.0; the archive is `<name>/-/archive.tgz` of the same host unless something else is said. */
  readonly dist?: Readonly<Record<string, unknown>>;
  /** Instead of the whole document. */
  readonly document?: (response: ServerResponse) => void;
  readonly archive?: Uint8Array | ((response: ServerResponse) => void);
}

/** Answers for the packages that it is given, and lets all others pass. */
export function fakePackages(packages: Readonly<Record<string, FakePackage>>): Intercept {
  return ({ url = '', headers }, response) => {
    const [, name = '', rest] = /^\/([^/]+)(\/.*)?$/.exec(decodeURIComponent(url)) ?? [];
    const fake = packages[name];
    if (fake === undefined) return false;
    if (rest !== undefined) answer(response, fake.archive);
    else if (fake.document !== undefined) fake.document(response);
    else {
      const bytes = fake.archive instanceof Uint8Array ? fake.archive : Buffer.alloc(0);
      const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
      const dist = { integrity, tarball: `https://${headers.host}/${name}/-/archive.tgz`, ...fake.dist };
      const versions = { '1.0.0': { name, version: '1.0.0', dist } };
      response.end(JSON.stringify({ name, 'dist-tags': { latest: '1.0.0' }, versions }));
    }
    return true;
  };
}

/** A byte now and then. */
export function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write('x'), 100);
  response.on('close', () => clearInterval(timer));
}

/** Zeros without end. */
export function flood(response: ServerResponse): void {
  const zeros = new Readable({
    read() {
      setImmediate(() => this.push(Buffer.alloc(65_536)));
    },
  });
  pipeline(zeros, response, () => undefined);
}

function answer(response: ServerResponse, archive: FakePackage['archive']): void {
  if (archive === undefined) response.writeHead(404).end();
  else if (archive instanceof Uint8Array) response.end(archive);
  else archive(response);
}
