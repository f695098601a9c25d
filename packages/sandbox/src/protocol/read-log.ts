import { PluginSandboxError } from '../plugin-sandbox-error.js';
import type { LogMessage } from './messages.js';
import { parseBody } from './parse-body.js';

/** JSON writes a byte of text as at most six (`\u001f`). */
const BYTES_PER_BYTE = 6;
const OVERHEAD = 64;

/**
 * Reads a LOG frame. What it carries besides its text is refused: only the text counts as printed.
 *
 * @throws PluginSandboxError `SANDBOX_PROTOCOL`
 */
export function readLog(body: Uint8Array): LogMessage {
  const value = parseBody(body, 1);
  if (typeof value === 'object' && value !== null && 'stream' in value && 'text' in value) {
    const { stream, text } = value;
    if ((stream === 'stdout' || stream === 'stderr') && typeof text === 'string' && isAllText(body, text)) {
      return { stream, text };
    }
  }
  throw new PluginSandboxError('The guest broke the protocol: LOG is malformed', { code: 'SANDBOX_PROTOCOL' });
}

function isAllText(body: Uint8Array, text: string): boolean {
  return body.length <= Buffer.byteLength(text) * BYTES_PER_BYTE + OVERHEAD;
}
