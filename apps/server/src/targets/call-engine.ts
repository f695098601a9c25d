import { createWriteStream } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MarketplaceError } from '@agentmesh/errors';

const MAX_ANSWER = 1_048_576;

/** Where a container engine listens: a socket of this machine, or a port without TLS that nobody else can reach. */
export type EngineAddress = { readonly socketPath: string } | { readonly host: string; readonly port: number };

/** How calls are made. */
export interface EngineClientOptions {
  readonly address: EngineAddress;
  /** Longest time that a call may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** Where a tar is written. */
export interface ArchiveFile {
  readonly file: string;
  readonly maxBytes: number;
}

/** One call of the engine's API. */
export interface EngineCall {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST';
  readonly path: string;
  readonly json?: object;
  readonly tar?: Readable;
  readonly into?: ArchiveFile;
}

/** What it answered; nothing in `body` where that went into a file. */
export interface EngineAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/**
 * Makes one call and reads what is answered, of which 1 MiB at most is held in memory.
 *
 * @throws MarketplaceError `WORKSPACE_UNAVAILABLE` when there is no answer in time; `TREE_TOO_LARGE`
 */
export async function callEngine(
  { address, timeoutMs }: EngineClientOptions,
  order: EngineCall,
): Promise<EngineAnswer> {
  const { method, path, json, tar, into } = order;
  const text = json === undefined ? undefined : JSON.stringify(json);
  const type = tar === undefined ? 'application/json' : 'application/x-tar';
  const headers = {
    Host: 'engine',
    ...(text === undefined && tar === undefined ? {} : { 'Content-Type': type }),
    ...(text === undefined ? {} : { 'Content-Length': Buffer.byteLength(text) }),
  };
  const signal = AbortSignal.timeout(timeoutMs);
  const asked = request({ ...address, method, path, headers, agent: false, signal });
  try {
    const [response] = await Promise.all([answerOf(asked), send(asked, text, tar)]);
    const status = response.statusCode ?? 0;
    if (status !== 200 || into === undefined) return { status, body: await readBody(response) };
    await pipeline(
      response,
      (chunks) => countBytes(chunks, into.maxBytes),
      createWriteStream(into.file, { flags: 'wx' }),
    );
    return { status, body: Buffer.alloc(0) };
  } catch (cause) {
    asked.destroy();
    if (cause instanceof MarketplaceError) throw cause;
    throw new MarketplaceError('The container engine did not answer', {
      code: 'WORKSPACE_UNAVAILABLE',
      hint: 'See that it runs, and that this server may use its socket.',
      cause,
    });
  }
}

function answerOf(asked: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asked.once('response', resolve).once('error', reject);
  });
}

async function send(asked: ClientRequest, text: string | undefined, tar: Readable | undefined): Promise<void> {
  if (tar === undefined) asked.end(text);
  else await pipeline(tar, asked);
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of countBytes(response, MAX_ANSWER)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* countBytes(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer, void, undefined> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new MarketplaceError(`A container holds more than ${maxBytes} bytes where a plugin should be`, {
        code: 'TREE_TOO_LARGE',
        hint: 'Look at what was put there.',
      });
    }
    yield chunk;
  }
}
