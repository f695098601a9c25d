import { PluginSandboxError } from '../plugin-sandbox-error.js';
import { parseBody } from './parse-body.js';

const MAX_DEPTH = 8;
const MAX_TYPE = 100;
const MAX_STACK_LINES = 20;
const MAX_LINE = 300;

/** An exception of the plugin's own. Plugin-controlled text: escape it before it reaches a terminal. */
export interface PluginError {
  /** The error's name: `TypeError`; the type of the value when no error was thrown. */
  readonly type: string;
  readonly message: string;
  /** The stack's lines that lie in the plugin's files, innermost first. */
  readonly stack: readonly string[];
}

/** What an ERROR frame says. */
export type GuestError =
  | { readonly kind: 'plugin'; readonly error: PluginError }
  | { readonly kind: 'no-function'; readonly functions: string }
  | { readonly kind: 'invalid-output' | 'unsupported'; readonly reason: string };

/**
 * Reads an ERROR frame.
 *
 * @throws PluginSandboxError `SANDBOX_PROTOCOL`
 */
export function readError(body: Uint8Array): GuestError {
  const value = parseBody(body, MAX_DEPTH);
  if (typeof value !== 'object' || value === null) throw malformed();
  const { kind, message, type, stack }: Record<'kind' | 'message' | 'type' | 'stack', unknown> = {
    kind: undefined,
    message: undefined,
    type: undefined,
    stack: undefined,
    ...value,
  };
  if (typeof message !== 'string') throw malformed();
  if (kind === 'no-function') return { kind, functions: message };
  if (kind === 'invalid-output' || kind === 'unsupported') return { kind, reason: message };
  if (kind !== 'plugin' || typeof type !== 'string' || typeof stack !== 'string') throw malformed();
  const lines = stack === '' ? [] : stack.split('\n', MAX_STACK_LINES).map((line) => line.slice(0, MAX_LINE));
  return { kind, error: { type: type.slice(0, MAX_TYPE), message, stack: lines } };
}

function malformed(): PluginSandboxError {
  return new PluginSandboxError('The guest broke the protocol: ERROR is malformed', { code: 'SANDBOX_PROTOCOL' });
}
