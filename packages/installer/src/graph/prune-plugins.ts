import { parseDependency } from '@agentmesh/manifest';
import type { InstallContext } from '../install/install-context.js';
import type { RemovedPlugin } from '../install/install-plan.js';
import { changeWorkspace } from '../state/change-workspace.js';
import { commitGeneration } from '../state/commit-generation.js';
import { lockFor } from '../state/lock-for.js';
import type { Lock } from '../state/locked-plugin.js';

/** What {@link prunePlugins} is asked. */
export interface PruneOptions {
  /** Only says what would go (default false). */
  readonly dryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** See `PluginInstaller.prune`. */
export async function prunePlugins(
  context: InstallContext,
  { dryRun = false, signal }: PruneOptions,
): Promise<readonly RemovedPlugin[]> {
  const { workspace, now } = context;
  const action = 'prune';
  return changeWorkspace(workspace, lockFor(context, { action, signal }), async ({ current }) => {
    const needed = neededPlugins(current.plugins);
    const gone = [...current.plugins].filter(([name]) => !needed.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
    if (gone.length > 0 && !dryRun) {
      const plugins = new Map([...current.plugins].filter(([name]) => needed.has(name)));
      await commitGeneration(workspace, { current, plugins, trees: new Map(), made: { at: now(), action } });
    }
    return gone.map(([name, { version }]) => ({ name, version }));
  });
}

/** What was asked for, and what that needs. */
function neededPlugins(plugins: Lock): ReadonlySet<string> {
  const needed = new Set([...plugins].filter(([, { requested }]) => requested).map(([name]) => name));
  for (const name of needed) {
    for (const spec of plugins.get(name)?.dependencies ?? []) {
      const { name: other } = parseDependency(spec);
      if (plugins.has(other)) needed.add(other);
    }
  }
  return needed;
}
