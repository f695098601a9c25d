import { printable } from '@agentmesh/errors';
import { PluginSandboxError } from '../plugin-sandbox-error.js';
import { parseBody } from './parse-body.js';

const MAX_DEPTH = 8;
const PROTOCOL = 1;
const CHECKS = ['permission-model', 'no-code-generation', 'empty-environment'];

/** What a guest says before any plugin is in it. */
export interface Ready {
  /** The guest's Node version. */
  readonly node: string;
  /** Which of its self-checks held. */
  readonly checks: readonly string[];
}

/**
 * Reads READY and refuses a guest that could not prove its box.
 *
 * @throws PluginSandboxError `SANDBOX_PROTOCOL`; `SANDBOX_UNAVAILABLE` naming the checks that failed
 */
export function readReady(body: Uint8Array): Ready {
  const message = parseBody(body, MAX_DEPTH);
  if (typeof message !== 'object' || message === null) throw malformed();
  const { protocol, node, checks }: { protocol?: unknown; node?: unknown; checks?: unknown } = message;
  if (protocol !== PROTOCOL || typeof node !== 'string' || typeof checks !== 'string') throw malformed();
  const passed = checks.split(',');
  const failed = CHECKS.filter((check) => !passed.includes(check));
  if (failed.length === 0) return { node, checks: passed };
  throw new PluginSandboxError(`Node ${printable(node)} did not contain its guest: ${failed.join(', ')} failed`, {
    code: 'SANDBOX_UNAVAILABLE',
    hint: 'Use Node 22.18, 24.11, 26 or newer for guests (option nodePath).',
  });
}

function malformed(): PluginSandboxError {
  return new PluginSandboxError('The guest broke the protocol: READY is malformed', { code: 'SANDBOX_PROTOCOL' });
}
