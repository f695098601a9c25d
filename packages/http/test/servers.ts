import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'agentmesh-http-'));
const servers: Server[] = [];

afterAll(async () => {
  for (const server of servers) await new Promise((resolve) => server.close(resolve).unref());
  rmSync(folder, { recursive: true, force: true });
});

/** A certificate authority of this test run, and a certificate of it for the test's names. */
export interface Authority {
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

/** Made with openssl: an authority, and a certificate for good.test, other.test and 127.0.0.1. */
export function createAuthority(): Authority {
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl(
    ...['req', '-x509', ...newKey, '-subj', '/CN=Test Authority', '-keyout', path('ca.key'), '-out', path('ca.pem')],
  );
  openssl(
    ...['req', ...newKey.slice(0, 5), '-subj', '/CN=good.test', '-keyout', path('key.pem'), '-out', path('csr.pem')],
  );
  writeFileSync(path('names'), 'subjectAltName=DNS:good.test,DNS:other.test,IP:127.0.0.1\n');
  const signing = ['-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-CAcreateserial', '-days', '2'];
  openssl(...['x509', '-req', '-in', path('csr.pem'), ...signing, '-extfile', path('names'), '-out', path('cert.pem')]);
  const read = (name: string): string => readFileSync(path(name), 'utf8');
  return { ca: read('ca.pem'), key: read('key.pem'), cert: read('cert.pem') };
}

/** A server on loopback that answers with `listener`; gives its port. With an authority it speaks TLS. */
export async function serve(listener: RequestListener, authority?: Authority, host = '127.0.0.1'): Promise<number> {
  const server = authority === undefined ? createServer(listener) : createSecureServer(authority, listener);
  servers.push(server);
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

/** Everything that a request brought. */
export async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Answers with what was asked, as JSON. */
export async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url, headers } = request;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ method, url, headers, body: await readAll(request) }));
}
