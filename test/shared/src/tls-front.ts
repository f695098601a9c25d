import { request as forward, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Authority } from './authority.js';

/** A request that came by. */
interface SeenRequest {
  readonly method: string;
  readonly host: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** TLS in front of a server on loopback, and what came by. */
export interface TlsFront {
  readonly port: number;
  readonly requests: readonly SeenRequest[];
  /** Answers that are not finished. */
  active(): number;
  close(): Promise<void>;
}

/** Answers a request itself, and says so. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Starts it on a free port of 127.0.0.1.
 *
 * @param port of the server behind it; without one, what `intercept` leaves is 404
 */
export async function startTlsFront(
  authority: Authority,
  { port, intercept }: { readonly port?: number; readonly intercept?: Intercept },
): Promise<TlsFront> {
  const requests: SeenRequest[] = [];
  let active = 0;
  const server = createServer({ key: authority.key, cert: authority.cert }, (request, response) => {
    const { method = '', url = '', headers } = request;
    requests.push({ method, url, headers, host: headers.host ?? '' });
    active += 1;
    response.once('close', () => {
      active -= 1;
    });
    if (intercept?.(request, response) === true) return;
    if (port === undefined) response.writeHead(404).end();
    else pass(request, response, port);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port, // it listens on a port
    requests,
    active: () => active,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pass(request: IncomingMessage, response: ServerResponse, port: number): void {
  const { method, url: path, headers } = request;
  const behind = forward(
    { host: '127.0.0.1', port, method, path, headers: { ...headers, 'x-forwarded-proto': 'https' } },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  behind.on('error', () => response.destroy());
  response.on('close', () => behind.destroy());
  request.pipe(behind);
}
