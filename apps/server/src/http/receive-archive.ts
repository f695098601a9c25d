import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { integrityOf } from '@agentmesh/artifact';
import { MarketplaceError } from '@agentmesh/errors';
import type { SentArchive } from '@agentmesh/registry';

/** Where a body goes, and how much of it is taken. */
export interface ReceiveOptions {
  /** File for an archive that is not small; its folder is made then. */
  readonly path: string;
  readonly maxBytes: number;
  /** `Content-Length`, when it was said. */
  readonly length: string | undefined;
  /** Whether a server has read the request off a connection, so that its body is as long as `Content-Length` says. */
  readonly isFramed: boolean;
  readonly signal: AbortSignal;
}

/** Where an archive is read from. */
type SentBody = Pick<Request, 'arrayBuffer' | 'body'>;

/** Most plugins are far smaller, and a file for each would be most of the work. */
const IN_MEMORY = 128 * 1024;

/**
 * Takes a request's body as it arrives and hashes it on the way. A large one goes to a file, and never lies in memory as a whole.
 *
 * @throws MarketplaceError `ARTIFACT_TOO_LARGE`, before anything is read when the length says so; `BODY_INVALID` for none, or one
 * that breaks off; the signal's reason
 */
export async function receiveArchive(request: SentBody, options: ReceiveOptions): Promise<SentArchive> {
  const { path, maxBytes, length, isFramed, signal } = options;
  if (length !== undefined && Number(length) > maxBytes) throw tooLarge(maxBytes);
  if (isFramed && Number(length) <= IN_MEMORY) return receiveSmall(request, signal);
  const { body } = request;
  if (body === null) throw broken('there is none');
  const hash = createHash('sha512');
  const first: Uint8Array[] = [];
  let size = 0;
  let file: FileHandle | undefined;
  try {
    for await (const chunk of chunksOf(body, signal)) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      hash.update(chunk);
      if (file !== undefined) await file.writeFile(chunk);
      else first.push(chunk);
      if (file !== undefined || size <= IN_MEMORY) continue;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      file = await open(path, 'wx', 0o600);
      for (const held of first.splice(0)) await file.writeFile(held);
    }
  } finally {
    await file?.close();
  }
  if (size === 0) throw broken('it is empty');
  const integrity = `sha512-${hash.digest('base64')}`;
  return file === undefined ? { bytes: Buffer.concat(first), size, integrity } : { path, size, integrity };
}

/** A small one that says its length comes whole, which takes less work than a stream. */
async function receiveSmall(request: SentBody, signal: AbortSignal): Promise<SentArchive> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    signal.throwIfAborted();
    const whole = request.arrayBuffer().catch((error: unknown) => {
      throw broken('it breaks off', error);
    });
    const bytes = Buffer.from(await Promise.race([whole, aborted]));
    if (bytes.length === 0) throw broken('it is empty');
    return { bytes, size: bytes.length, integrity: integrityOf(bytes) };
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** What goes wrong with the connection is told apart from what goes wrong with the disk. */
async function* chunksOf(body: ReadableStream, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader();
  const cancel = (): void => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener('abort', cancel);
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw broken('it breaks off', error);
      });
      signal.throwIfAborted();
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}

function tooLarge(maxBytes: number): MarketplaceError {
  return new MarketplaceError(`Expected an archive of at most ${maxBytes} bytes, got more`, {
    code: 'ARTIFACT_TOO_LARGE',
    hint: 'Leave out of the plugin what it does not need; the operator of the server sets the limit.',
  });
}

function broken(what: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError(`Expected an archive as the body of the request, but ${what}`, {
    code: 'BODY_INVALID',
    hint: 'Send the .tgz as it is, whole.',
    cause,
  });
}
