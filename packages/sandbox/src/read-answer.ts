import { printable } from '@agentmesh/errors';
import { PluginSandboxError } from './plugin-sandbox-error.js';
import type { GuestAnswer } from './pool/guest-call.js';
import { FrameKind } from './protocol/frame.js';
import { parseBody } from './protocol/parse-body.js';
import { type PluginError, readError } from './protocol/read-error.js';
import type { SandboxLimits } from './sandbox-limits.js';

/** What a plugin answered. */
export type Answer = { readonly result: unknown } | { readonly error: PluginError };

/**
 * Reads the answer's frame.
 *
 * @param request what the messages name
 * @throws PluginSandboxError `SANDBOX_INVALID_CALL` when the plugin has no such function, `SANDBOX_INVALID_OUTPUT`,
 * `SANDBOX_PROTOCOL`, `ENGINE_UNSUPPORTED` when it needs more than its engine has
 */
export function readAnswer({ frame, logs }: GuestAnswer, request: { function: string; limits: SandboxLimits }): Answer {
  const { limits } = request;
  if (frame.kind === FrameKind.result) return { result: parseBody(frame.body, limits.depth) };
  const answer = readError(frame.body);
  switch (answer.kind) {
    case 'plugin':
      return { error: { ...answer.error, message: answer.error.message.slice(0, limits.errorUnits) } };
    case 'no-function':
      throw new PluginSandboxError(`The plugin exports no function ${printable(request.function)}`, {
        code: 'SANDBOX_INVALID_CALL',
        hint: answer.functions === '' ? 'It exports no functions.' : `It exports: ${printable(answer.functions, 1000)}`,
        logs,
      });
    case 'unsupported':
      throw new PluginSandboxError(`The engine of the plugin lacks what it needs: ${printable(answer.reason)}`, {
        code: 'ENGINE_UNSUPPORTED',
        hint: 'Set `engine: node` in its manifest, or install it again to have the engine chosen.',
        logs,
      });
    case 'invalid-output':
      throw new PluginSandboxError(`The plugin's result cannot be passed on: ${printable(answer.reason)}`, {
        code: 'SANDBOX_INVALID_OUTPUT',
        hint: `Return what JSON can carry, at most ${limits.resultBytes} bytes of it.`,
        logs,
      });
  }
}
