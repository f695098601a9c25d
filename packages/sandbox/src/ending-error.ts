import { printable } from '@agentmesh/errors';
import type { BoxExit } from './drivers/driver.js';
import type { Ending } from './ending.js';
import type { GuestLogs } from './guest-logs.js';
import { PluginSandboxError, type PluginSandboxErrorOptions } from './plugin-sandbox-error.js';
import type { SandboxLimits } from './sandbox-limits.js';

/** What the message of an ending says besides its kind. */
export interface EndingContext {
  /** The engine's id. */
  readonly engine: string;
  readonly limits: SandboxLimits;
  readonly timeoutMs: number;
  readonly logs: GuestLogs;
}

type Fault = Exclude<Ending, { kind: 'answer' }>;

const ABORT_SIGNALS: ReadonlySet<string> = new Set(['SIGABRT', 'SIGTRAP', 'SIGILL']);
const MIB = 1024 * 1024;
const NODE_HINT = 'Use Node 22.18, 24.11, 26 or newer for guests (option nodePath).';
const START_HINTS: Readonly<Record<string, string>> = {
  python: 'Use Python 3.9 or newer for guests (option pythonPath).',
};

/** The error for a guest that ended without an answer. */
export function endingError(ending: Fault, context: EndingContext): PluginSandboxError {
  const { limits, timeoutMs, logs } = context;
  switch (ending.kind) {
    case 'aborted':
      return failure('The call was aborted', { code: 'SANDBOX_ABORTED', cause: ending.reason, logs });
    case 'broken':
      return failure(ending.error.message, { code: ending.error.code, cause: ending.error, logs });
    case 'memory':
      return memoryError(limits, logs);
    case 'output':
      return failure(`The plugin printed more than ${limits.logBytes} bytes`, { code: 'SANDBOX_OUTPUT_LIMIT', logs });
    case 'slow-start':
      return startError('it was not ready in time', context);
    case 'timeout':
      return timeoutError(timeoutMs, logs);
    case 'exit':
      return exitError(ending, context);
  }
}

function exitError(ending: Extract<Fault, { kind: 'exit' }>, context: EndingContext): PluginSandboxError {
  const { exit, peakMemory, wasReady } = ending;
  const { limits, logs } = context;
  if (!wasReady) return startError(describeExit(exit), context, exit.failure);
  if (exit.signal === 'SIGXCPU') return timeoutError(context.timeoutMs, logs);
  // V8 aborts when its heap is full. What it prints could have been printed by the plugin, so the memory seen decides.
  const aborted = exit.signal !== null && ABORT_SIGNALS.has(exit.signal);
  const heldMuch = peakMemory === undefined ? aborted : peakMemory > limits.memoryBytes / 2;
  // What the kernel refuses to give more memory to may as well touch what it did not get.
  if (heldMuch && (aborted || exit.signal === 'SIGSEGV')) return memoryError(limits, logs);
  return failure(`The plugin's process ended without an answer (${describeExit(exit)})`, {
    code: 'SANDBOX_CRASH',
    hint: 'A promise that nothing can settle any more ends a call like this too.',
    logs,
  });
}

function startError(how: string, { engine, logs }: EndingContext, cause?: Error): PluginSandboxError {
  const lines = logs.stderr.trim().split('\n');
  const said = lines.find((line) => /error|not found/i.test(line)) ?? lines[0] ?? '';
  return new PluginSandboxError(`The guest did not start (${how}): ${printable(said)}`, {
    code: 'SANDBOX_UNAVAILABLE',
    hint: START_HINTS[engine] ?? NODE_HINT,
    cause,
    logs,
  });
}

function memoryError(limits: SandboxLimits, logs: GuestLogs): PluginSandboxError {
  const budget = Math.round(limits.memoryBytes / MIB);
  return failure(`The plugin used more than ${budget} MiB of memory`, { code: 'SANDBOX_MEMORY', logs });
}

function timeoutError(timeoutMs: number, logs: GuestLogs): PluginSandboxError {
  const hint = 'Give the call more time (timeoutMs, at most 300,000), or look for an endless loop.';
  return failure(`The plugin gave no answer within ${timeoutMs} ms`, { code: 'SANDBOX_TIMEOUT', hint, logs });
}

function failure(message: string, options: PluginSandboxErrorOptions): PluginSandboxError {
  return new PluginSandboxError(message, options);
}

function describeExit({ code, signal, failure: cause }: BoxExit): string {
  if (cause !== undefined) return cause.message;
  return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
}
