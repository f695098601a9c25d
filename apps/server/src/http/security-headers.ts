import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../app-deps.js';
import { setReplyHeader } from './reply-header.js';

/** What no answer needs to be allowed; a page that needs more sets its own policy. */
const POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Says to browsers that an answer is what it says and may do nothing. */
export function securityHeaders() {
  return createMiddleware<AppEnv>(async (context, next) => {
    setReplyHeader(context, 'Content-Security-Policy', POLICY);
    setReplyHeader(context, 'X-Content-Type-Options', 'nosniff');
    setReplyHeader(context, 'Referrer-Policy', 'no-referrer');
    await next();
  });
}
