import { printable } from '@agentmesh/errors';
import { PluginSandboxError } from '../plugin-sandbox-error.js';
import { PROTOCOL_VERSION } from './frame.js';
import { parseBody } from './parse-body.js';

const MAX_DEPTH = 8;

/** What the host expects of READY. */
export interface ReadyExpectation {
  /** The engine's id. */
  readonly engine: string;
  /** Self-checks that have to have held. */
  readonly checks: readonly string[];
}

/**
 * Reads READY and refuses a guest that is another engine or could not prove its box.
 *
 * @throws PluginSandboxError `SANDBOX_PROTOCOL`; `SANDBOX_UNAVAILABLE` naming the checks that failed
 */
export function readReady(body: Uint8Array, expected: ReadyExpectation): void {
  const message = parseBody(body, MAX_DEPTH);
  if (typeof message !== 'object' || message === null) throw malformed();
  const { protocol, engine, checks = '' }: { protocol?: unknown; engine?: unknown; checks?: unknown } = message;
  if (protocol !== PROTOCOL_VERSION || engine !== expected.engine || typeof checks !== 'string') throw malformed();
  if (expected.checks.length === 0) return;
  const passed = checks.split(',');
  const failed = expected.checks.filter((check) => !passed.includes(check));
  if (failed.length === 0) return;
  throw new PluginSandboxError(
    `The engine ${printable(expected.engine)} did not contain its guest: ${failed.join(', ')} failed`,
    {
      code: 'SANDBOX_UNAVAILABLE',
      hint: 'Use Node 22.18, 24.11, 26 or newer for guests (option nodePath).',
    },
  );
}

function malformed(): PluginSandboxError {
  return new PluginSandboxError('The guest broke the protocol: READY is malformed', { code: 'SANDBOX_PROTOCOL' });
}
