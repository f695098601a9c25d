import { MarketplaceError, printable } from '@agentmesh/errors';

/** One call of a plugin, as `PluginSandbox.execute` takes it. */
export interface FunctionCall {
  readonly plugin: string;
  readonly function: string;
  readonly input: unknown;
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a function of a plugin, contained: `(call) => sandbox.execute(call)`. */
export type ExecutePlugin = (
  call: FunctionCall,
) => Promise<
  | { readonly result: unknown; readonly error?: undefined }
  | { readonly error: { readonly type: string; readonly message: string } }
>;

/** What {@link createFunction} takes. */
export interface FunctionOptions {
  /** Name of the installed plugin. */
  readonly plugin: string;
  /** An export of its entry. */
  readonly name: string;
  readonly execute: ExecutePlugin;
  /** Longest a call may take, in milliseconds; left out, what the sandbox says. */
  readonly timeoutMs?: number;
}

/** A function of a plugin as one of the host: plain JSON in, plain JSON out. */
export type PluginFunction = (
  input?: unknown,
  options?: { readonly signal?: AbortSignal | undefined },
) => Promise<unknown>;

/**
 * Makes a function of a plugin one of the host, which runs in the sandbox.
 *
 * @returns a function that rejects with `FUNCTION_FAILED` for what the plugin threw, and with what `execute` throws
 */
export function createFunction({ plugin, name, execute, timeoutMs }: FunctionOptions): PluginFunction {
  return async (input, { signal } = {}) => {
    const outcome = await execute({ plugin, function: name, input, timeoutMs, signal });
    if (outcome.error === undefined) return outcome.result;
    const { type, message } = outcome.error;
    throw new MarketplaceError(
      `${printable(name, 80)} of ${printable(plugin, 128)} failed: ${printable(type, 80)}: ${printable(message, 500)}`,
      { code: 'FUNCTION_FAILED', hint: 'The plugin threw it; plugin run shows its logs.' },
    );
  };
}
