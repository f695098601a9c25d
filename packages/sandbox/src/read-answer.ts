import { printable } from '@agentmesh/errors';
import type { GuestLogs } from './guest-logs.js';
import { PluginSandboxError } from './plugin-sandbox-error.js';
import { type Frame, FrameKind } from './protocol/frame.js';
import { parseBody } from './protocol/parse-body.js';
import { type PluginError, readError } from './protocol/read-error.js';
import type { SandboxLimits } from './sandbox-limits.js';

/** What a plugin answered. */
export type Answer = { readonly result: unknown } | { readonly error: PluginError };

/** What the messages of {@link readAnswer} name. */
export interface AnswerContext {
  readonly function: string;
  readonly limits: SandboxLimits;
  readonly logs: GuestLogs;
}

/**
 * Reads the answer's frame.
 *
 * @throws PluginSandboxError `SANDBOX_INVALID_CALL` when the plugin has no such function, `SANDBOX_INVALID_OUTPUT`,
 * `SANDBOX_PROTOCOL`
 */
export function readAnswer(frame: Frame, context: AnswerContext): Answer {
  const { limits, logs } = context;
  if (frame.kind === FrameKind.result) return { result: parseBody(frame.body, limits.depth) };
  const answer = readError(frame.body);
  if (answer.kind === 'plugin') return { error: answer.error };
  if (answer.kind === 'no-function') throw noFunction(context, answer.functions);
  throw new PluginSandboxError(`The plugin's result cannot be passed on: ${printable(answer.reason)}`, {
    code: 'SANDBOX_INVALID_OUTPUT',
    hint: `Return what JSON can carry, at most ${limits.resultBytes} bytes of it.`,
    logs,
  });
}

function noFunction(context: AnswerContext, functions: string): PluginSandboxError {
  return new PluginSandboxError(`The plugin exports no function ${printable(context.function)}`, {
    code: 'SANDBOX_INVALID_CALL',
    hint: functions === '' ? 'It exports no functions.' : `It exports: ${printable(functions, 1000)}`,
    logs: context.logs,
  });
}
