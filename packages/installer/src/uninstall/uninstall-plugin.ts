import { MarketplaceError } from '@agentmesh/errors';
import { assertPluginName, parseDependency } from '@agentmesh/manifest';
import type { InstallContext } from '../install/install-context.js';
import { changeWorkspace } from '../state/change-workspace.js';
import { commitGeneration } from '../state/commit-generation.js';
import { lockFor } from '../state/lock-for.js';
import type { Lock } from '../state/locked-plugin.js';
import { notInstalled } from '../verify/not-installed.js';

/** How a plugin is uninstalled. */
export interface UninstallOptions {
  /** Also when installed plugins depend on it (default false). */
  readonly force?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What `uninstall` answers. */
export interface UninstallResult {
  readonly name: string;
  readonly version: string;
  /** Installed plugins that still need it; empty unless forced. */
  readonly dependents: readonly string[];
}

/** One uninstall. See `PluginInstaller.uninstall`. */
export async function uninstallPlugin(
  context: InstallContext,
  name: string,
  options: UninstallOptions,
): Promise<UninstallResult> {
  assertPluginName(name);
  const { workspace } = context;
  const action = `uninstall ${name}`;
  return changeWorkspace(workspace, lockFor(context, { action, signal: options.signal }), async ({ current }) => {
    const locked = current.plugins.get(name);
    if (locked === undefined) throw notInstalled(name, current.plugins);
    const dependents = dependentsOf(name, current.plugins);
    if (dependents.length > 0 && options.force !== true) throw hasDependents(name, dependents);
    const plugins = new Map(current.plugins);
    plugins.delete(name);
    await commitGeneration(workspace, { current, plugins, trees: new Map(), made: { at: context.now(), action } });
    return { name, version: locked.version, dependents };
  });
}

function dependentsOf(name: string, installed: Lock): readonly string[] {
  const others = [...installed].filter(([, { dependencies }]) =>
    dependencies.some((spec) => parseDependency(spec).name === name),
  );
  return others.map(([other]) => other).sort();
}

function hasDependents(name: string, dependents: readonly string[]): MarketplaceError {
  return new MarketplaceError(`${name} is needed by ${dependents.join(', ')}`, {
    code: 'HAS_DEPENDENTS',
    hint: 'Uninstall them first, or force it and leave them without what they need.',
  });
}
