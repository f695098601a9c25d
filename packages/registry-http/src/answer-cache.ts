import { createHash } from 'node:crypto';
import type { ContentCache } from '@agentmesh/download';
import { z } from 'zod';

/** An answer as it was kept. */
export interface KeptAnswer {
  readonly etag: string;
  /** When the registry last said so. */
  readonly at: Date;
  readonly body: Uint8Array;
}

/** Answers of a registry that were read once. */
export interface AnswerCache {
  find(url: URL, authorization: string | undefined): Promise<KeptAnswer | undefined>;
  keep(url: URL, authorization: string | undefined, answer: KeptAnswer): Promise<void>;
}

const NEWLINE = 0x0a;
const head = z.object({ etag: z.string(), at: z.iso.datetime() });

/**
 * Keeps answers in a cache of content: a line of JSON with the entity tag and the time, then the body. What a credential was
 * shown to is found again with that credential alone; the key has a hash of it.
 */
export function createAnswerCache(cache: ContentCache | undefined, maxBytes: number): AnswerCache {
  return {
    find: async (url, authorization) => {
      const bytes = await cache?.find(keyOf(url, authorization), { maxBytes });
      return bytes === undefined ? undefined : readAnswer(bytes);
    },
    keep: async (url, authorization, { etag, at, body }) => {
      const line = `${JSON.stringify({ etag, at: at.toISOString() })}\n`;
      await cache?.put([keyOf(url, authorization)], Buffer.concat([Buffer.from(line), body]));
    },
  };
}

function readAnswer(bytes: Uint8Array): KeptAnswer | undefined {
  const end = bytes.indexOf(NEWLINE);
  const found = head.safeParse(parse(Buffer.from(bytes.subarray(0, Math.max(0, end))).toString()));
  if (!found.success) return undefined;
  return { etag: found.data.etag, at: new Date(found.data.at), body: bytes.subarray(end + 1) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function keyOf(url: URL, authorization: string | undefined): string {
  const who = authorization === undefined ? 'anybody' : createHash('sha256').update(authorization).digest('hex');
  return `registry-answer ${who} ${url.href}`;
}
