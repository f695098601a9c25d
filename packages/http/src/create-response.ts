import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { GuardedResponse } from './guarded-request.js';
import { limitedBody } from './limited-body.js';

/** What {@link createResponse} is made of. */
export interface ResponseParts {
  readonly url: URL;
  readonly method: string;
  readonly data: Dispatcher.ResponseData;
  readonly maxBytes: number;
  readonly decode: boolean;
  describe(error: unknown): Error;
}

/** Answers without a body, whatever their headers say of one (RFC 9110, 15.3.5 and 15.4.5). */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 304]);

/** An answer with its body still to come. */
export function createResponse({ url, method, data, maxBytes, decode, describe }: ResponseParts): GuardedResponse {
  const headers = Object.entries(data.headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name.toLowerCase(), one]),
  );
  const header = (name: string): string | undefined => headers.find(([other]) => other === name.toLowerCase())?.[1];
  const source: Readable = data.body;
  // An answer that nobody reads may still fail: that is nobody's fault then.
  source.on('error', () => undefined);
  const hasBody = method !== 'HEAD' && !WITHOUT_BODY.has(data.statusCode);
  const encoding = hasBody && decode ? header('content-encoding') : undefined;
  const length = hasBody ? header('content-length') : undefined;
  const body = limitedBody({ body: source, encoding, length, maxBytes, describe });
  return {
    status: data.statusCode,
    url,
    headers,
    header,
    body,
    bytes: () => collect(body),
    discard: async () => {
      await body.return();
      source.destroy();
    },
  };
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
