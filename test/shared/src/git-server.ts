import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Authority } from './authority.js';

/** How a {@link GitServer} behaves. */
export interface GitServerOptions {
  readonly root: string;
  /** Speaks TLS with it, plain http without. */
  readonly authority?: Authority;
  /** Speaks the first protocol only, in which git refuses commits by id that no ref stands for. */
  readonly isOld?: boolean;
  /** Asks for this password below `/private/`; without it answers 401, or 404 as some forges do. */
  readonly password?: string;
  readonly hidesPrivate?: boolean;
  /** Takes a request over; true when it did. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;
}

/** What a server was asked. */
interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
}

/** git's own server behind Node's. */
export interface GitServer {
  readonly port: number;
  readonly seen: SeenRequest[];
  /** Connections that are open now. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

const BACKEND = join(execFileSync('git', ['--exec-path']).toString().trim(), 'git-http-backend');

export async function startGitServer(options: GitServerOptions): Promise<GitServer> {
  const seen: SeenRequest[] = [];
  const children = new Set<ChildProcess>();
  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    seen.push({ method, url, authorization: headers.authorization });
    if (await options.intercept?.(request, response)) return;
    if (isRefused(request, options)) {
      const status = options.hidesPrivate === true ? 404 : 401;
      response.writeHead(status, status === 401 ? { 'www-authenticate': 'Basic realm="private"' } : {}).end();
      return;
    }
    runBackend(request, response, { options, children });
  };
  const server =
    options.authority === undefined ? createServer(listener) : createSecureServer(options.authority, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    close: async () => {
      for (const child of children) child.kill('SIGKILL');
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isRefused({ url = '', headers }: IncomingMessage, { password }: GitServerOptions): boolean {
  if (password === undefined || !url.startsWith('/private/')) return false;
  const [, given] = Buffer.from(headers.authorization?.replace(/^Basic /, '') ?? '', 'base64')
    .toString()
    .split(':');
  return given !== password;
}

interface Backend {
  readonly options: GitServerOptions;
  readonly children: Set<ChildProcess>;
}

function runBackend(request: IncomingMessage, response: ServerResponse, { options, children }: Backend): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const { headers } = request;
  const child = spawn(BACKEND, [], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: '/nonexistent',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      GIT_PROJECT_ROOT: options.root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: options.isOld === true ? '' : String(headers['git-protocol'] ?? ''),
      PATH_INFO: url.pathname.replace(/^\/private/, ''),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? '',
      CONTENT_TYPE: headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  response.once('close', () => child.kill());
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  let head = Buffer.alloc(0);
  const readHead = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    let status = 200;
    for (const line of head.toString('latin1', 0, end).split('\r\n')) {
      const [, name = '', value = ''] = /^([^:]+): (.*)$/.exec(line) ?? [];
      if (name === 'Status') status = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.writeHead(status);
    response.write(head.subarray(end + 4));
    child.stdout.off('data', readHead).pipe(response);
  };
  child.stdout.on('data', readHead);
  child.stdout.once('end', () => response.end());
}
