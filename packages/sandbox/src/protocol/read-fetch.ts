import { PluginSandboxError } from '../plugin-sandbox-error.js';
import type { FetchMessage } from './messages.js';
import { parseBody } from './parse-body.js';

const MAX_DEPTH = 3;
const MAX_HEADERS = 100;

/**
 * Reads a FETCH frame: its shape alone, what it asks for is the broker's to judge.
 *
 * @throws PluginSandboxError `SANDBOX_PROTOCOL`
 */
export function readFetch(bytes: Uint8Array): FetchMessage {
  const value = parseBody(bytes, MAX_DEPTH);
  if (typeof value !== 'object' || value === null) throw malformed();
  const message: Partial<Record<'url' | 'method' | 'headers' | 'body', unknown>> = { ...value };
  const { url, method = 'GET', headers = [], body } = message;
  if (typeof url !== 'string' || typeof method !== 'string' || !isHeaders(headers)) throw malformed();
  if (body === undefined || body === null) return { url, method, headers };
  if (typeof body !== 'string') throw malformed();
  return { url, method, headers, body };
}

function isHeaders(value: unknown): value is readonly (readonly [string, string])[] {
  return Array.isArray(value) && value.length <= MAX_HEADERS && value.every(isPair);
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}

function malformed(): PluginSandboxError {
  return new PluginSandboxError('The guest broke the protocol: FETCH is malformed', { code: 'SANDBOX_PROTOCOL' });
}
