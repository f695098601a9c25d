import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AppEnv } from './app-deps.js';
import type { ServerConfig } from './config/server-config.js';
import { createAddressFinder } from './http/client-address.js';

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Takes no more connections; ends when all have finished, or at once those that still run when `signal` aborts. */
  close(signal: AbortSignal): Promise<void>;
}

const CHECK_EVERY_MS = 1000;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_HEADERS = 100;
const GRACE_MS = 60_000;

/**
 * Serves the app on the address and port of the configuration. Connections that send nothing, or slowly, are ended, and there
 * are only so many, of one address too.
 */
export async function listen(app: OpenAPIHono<AppEnv>, config: ServerConfig): Promise<Listening> {
  const { limits, host, port } = config;
  // Without options for HTTP/2 or TLS that is what it makes.
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      headersTimeout: limits.headersTimeout,
      requestTimeout: limits.requestTimeout,
      keepAliveTimeout: limits.keepAliveTimeout,
      connectionsCheckingInterval: CHECK_EVERY_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
  }) as Server;
  server.maxConnections = limits.connections;
  server.maxHeadersCount = MAX_HEADERS;
  // Of a connection that neither reads nor writes while a request runs.
  server.timeout = Math.max(limits.requestTimeout, limits.pluginInstallFetchTimeout) + GRACE_MS;
  limitConnections(server, config);
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : port,
    close: (signal) => close(server, signal),
  };
}

/** All connections of a proxy come from one address. */
function limitConnections(server: Server, { limits, trustedProxies }: ServerConfig): void {
  const findAddress = createAddressFinder(trustedProxies);
  // What a trusted proxy says about somebody else is believed: that is how one is known here.
  const isProxy = (address: string): boolean => findAddress(address, '192.0.2.1') === '192.0.2.1';
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? 'unknown';
    const count = (open.get(address) ?? 0) + 1;
    if (count > limits.connectionsPerAddress && !isProxy(address)) {
      socket.destroy();
      return;
    }
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}

async function close(server: Server, signal: AbortSignal): Promise<void> {
  const cut = (): void => server.closeAllConnections();
  signal.addEventListener('abort', cut, { once: true });
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  if (signal.aborted) cut();
  await closed;
  signal.removeEventListener('abort', cut);
}
