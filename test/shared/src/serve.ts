import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { afterAll } from 'vitest';
import type { Authority } from './authority.js';

const closing: (() => Promise<unknown>)[] = [];

afterAll(() => Promise.all(closing.map((close) => close())));

/** A server on loopback, and what it saw. */
export interface TestServer {
  readonly port: number;
  readonly requests: { readonly url: string; readonly method: string; readonly headers: IncomingHttpHeaders }[];
  /** Connections that are open now and have something to do. */
  active(): number;
  stop(): Promise<void>;
}

/** Starts a server that answers with `listener`; with an authority it speaks TLS. It ends with the tests. */
export async function serve(listener: RequestListener, authority?: Authority): Promise<TestServer> {
  const requests: TestServer['requests'][number][] = [];
  let active = 0;
  const watch: RequestListener = (request, response) => {
    requests.push({ url: request.url ?? '', method: request.method ?? '', headers: request.headers });
    active += 1;
    response.once('close', () => {
      active -= 1;
    });
    listener(request, response);
  };
  const server = authority === undefined ? createServer(watch) : createSecureServer(authority, watch);
  const port = await listen(server);
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  closing.push(stop);
  return { port, requests, active: () => active, stop };
}

/** Makes a server listen on loopback; its port. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return port;
}

/** Every name is 127.0.0.1. */
export const loopbackLookup = async (): Promise<{ address: string; family: number }[]> => [
  { address: '127.0.0.1', family: 4 },
];
