import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { AppEnv } from '../app-deps.js';

const TAG_BYTES = 18;

/** An answer as it is sent. */
export interface RenderedJson {
  readonly text: string;
  /** A strong entity tag (RFC 9110, 8.8.3) of exactly these bytes. */
  readonly etag: string;
}

/** Makes the text of an answer, and its tag. */
export function renderJson(value: unknown): RenderedJson {
  const text = JSON.stringify(value);
  return { text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, TAG_BYTES)}"` };
}

/** Answers with JSON that a cache may keep and has to ask about again, and 304 who has it. */
export function answerJson(context: Context<AppEnv>, value: unknown): Response {
  return answerRendered(context, renderJson(value));
}

/** {@link answerJson} with what was rendered before. */
export function answerRendered(context: Context<AppEnv>, { text, etag }: RenderedJson): Response {
  const headers = {
    ETag: etag,
    'Cache-Control': 'no-cache',
    Vary: 'Authorization',
    'Content-Type': 'application/json',
  };
  if (matchesTag(context.req.header('if-none-match'), etag)) return context.body(null, 304, headers);
  // Without a port the headers that stand so far are the framework's to add; at one they are Node's, and a plain answer is faster.
  if (context.env?.outgoing === undefined) return context.body(text, 200, headers);
  return new Response(text, { headers });
}

/** Whether `If-None-Match` names the tag; compared weakly, as RFC 9110 (13.1.2) says for it. */
export function matchesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
