import { type Finding, isMarketplaceError } from '@agentmesh/errors';
import type { Activation, WrittenItem } from './activation.js';
import type { InstallContext } from './install-context.js';
import type { StagedPlugin } from './staged-plugin.js';

/** One thing to register. */
export interface RegistrationStep {
  /** File or folder of the plugin that it comes from, for the finding. */
  readonly path: string;
  register(context: InstallContext): Promise<WrittenItem>;
}

/** What {@link registerEach} takes. */
export interface RegisterEachOptions {
  readonly shape: string;
  readonly plugin: StagedPlugin;
  readonly context: InstallContext;
  readonly steps: readonly RegistrationStep[];
  /** What was left out before it came to registering. */
  readonly findings?: readonly Finding[];
}

/**
 * Registers one thing after the other, and answers the activation. One that is refused becomes a finding and does not stop
 * the rest; its code is that of the error, in kebab case.
 */
export async function registerEach({
  shape,
  plugin,
  context,
  steps,
  ...rest
}: RegisterEachOptions): Promise<Activation> {
  const written: WrittenItem[] = [];
  const findings: Finding[] = [...(rest.findings ?? [])];
  for (const step of steps) {
    try {
      const { kind, path, name, digest } = await step.register(context);
      written.push({ kind, path, name, digest });
    } catch (error) {
      findings.push(refusalOf(error, step.path));
    }
  }
  const { client, scope } = context;
  return { shape, plugin: plugin.name, version: plugin.version, client, scope, written, findings };
}

function refusalOf(error: unknown, path: string): Finding {
  if (!isMarketplaceError(error)) {
    return { code: 'registration-failed', severity: 'error', path, message: 'It could not be registered' };
  }
  const code = error.code.toLowerCase().replaceAll('_', '-');
  return { code, severity: 'error', path, message: error.message };
}
