import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import type { Authority } from '@agentmesh/test-support';
import { afterAll } from 'vitest';

const servers: Server[] = [];

afterAll(async () => {
  for (const server of servers) await new Promise((resolve) => server.close(resolve).unref());
});

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
