import { type Finding, isMarketplaceError, printable } from '@agentmesh/errors';
import { type Activation, type InstallContext, registerEach, type StagedPlugin } from '@agentmesh/shape';
import { readAnswer } from './read-answer.js';
import type { RunAdapter } from './runtime-adapter.js';

const SHAPE = 'adapter';

/** What {@link activateShipped} works with. */
export interface ShippedActivation {
  readonly plugin: StagedPlugin;
  readonly runtime: string;
  /** Path of the adapter in the plugin. */
  readonly file: string;
  readonly run: RunAdapter;
  readonly context: InstallContext;
}

/** Runs a plugin's adapter in the sandbox and registers what its answer names. An adapter that fails brings nothing, which is told. */
export async function activateShipped({ plugin, runtime, file, run, context }: ShippedActivation): Promise<Activation> {
  const { name, version } = plugin;
  const input = { runtime, plugin: { name, version, files: plugin.files.map(({ path }) => path) } };
  try {
    const { result, error } = await run({ plugin: name, entry: file, function: 'adapt', input });
    if (error !== undefined) return nothing(`it threw ${printable(error.type, 80)}: ${printable(error.message, 300)}`);
    const { steps, findings } = await readAnswer(result, { plugin, file });
    return registerEach({ shape: SHAPE, plugin, context, steps, findings });
  } catch (error) {
    if (!isMarketplaceError(error)) throw error;
    return nothing(error.message);
  }

  function nothing(message: string): Promise<Activation> {
    const finding: Finding = { code: 'adapter-failed', severity: 'error', path: file, message };
    return registerEach({ shape: SHAPE, plugin, context, steps: [], findings: [finding] });
  }
}
