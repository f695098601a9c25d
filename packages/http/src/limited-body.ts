import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { printable } from '@agentmesh/errors';
import { httpError } from './http-error.js';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  br: createBrotliDecompress,
  deflate: createInflate,
  gzip: createGunzip,
  'x-gzip': createGunzip,
};

/** The encodings that {@link limitedBody} undoes, as an Accept-Encoding. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

/** What {@link limitedBody} reads. */
export interface LimitedBodyOptions {
  readonly body: Readable;
  /** The Content-Encoding. */
  readonly encoding: string | undefined;
  /** The Content-Length. */
  readonly length: string | undefined;
  readonly maxBytes: number;
  /** Makes the error that is thrown of one that reading gave. */
  describe(error: unknown): Error;
}

/**
 * A body, decompressed, as it comes. Bytes are counted before and after decompression, while they arrive; leaving the loop
 * closes the connection.
 *
 * @throws MarketplaceError `HTTP_TOO_LARGE`, `HTTP_ENCODING`, and what `describe` makes
 */
export async function* limitedBody(options: LimitedBodyOptions): AsyncGenerator<Uint8Array, void, undefined> {
  const { body, maxBytes, describe } = options;
  let decoded = body;
  try {
    const decoder = decoderOf(options.encoding);
    if (Number(options.length ?? 0) > maxBytes) throw tooLarge(maxBytes);
    // What fails before the decoder comes out of it: the callback has nothing to add.
    if (decoder !== undefined) decoded = pipeline(Readable.from(counted(body, maxBytes)), decoder, () => undefined);
    yield* counted(decoded, maxBytes);
  } catch (error) {
    throw describe(error);
  } finally {
    if (!decoded.readableEnded) decoded.destroy();
    if (!body.readableEnded) body.destroy();
  }
}

async function* counted(source: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}

function decoderOf(encoding: string | undefined): Transform | undefined {
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (name === 'identity' || name === '') return undefined;
  const create = Object.hasOwn(DECODERS, name) ? DECODERS[name] : undefined;
  if (create === undefined) throw httpError('HTTP_ENCODING', `The answer is encoded as ${printable(name, 40)}`);
  return create();
}

function tooLarge(maxBytes: number): Error {
  return httpError('HTTP_TOO_LARGE', `The answer is larger than ${maxBytes} bytes`);
}
