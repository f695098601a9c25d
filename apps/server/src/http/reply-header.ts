import type { Context } from 'hono';
import type { AppEnv } from '../app-deps.js';

/**
 * Sets a header of the answer that is still to come, whatever makes it; one that is set there again wins. At a port it goes to Node itself:
 * headers of the framework's own kind would make each answer several times as slow.
 */
export function setReplyHeader(context: Context<AppEnv>, name: string, value: string): void {
  const outgoing = context.env?.outgoing;
  if (outgoing === undefined) context.header(name, value);
  else outgoing.setHeader(name, value);
}
