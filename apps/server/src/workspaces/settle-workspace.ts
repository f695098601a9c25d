import { isMarketplaceError } from '@agentmesh/errors';
import type { KeptFile } from '../targets/workspace-target.js';
import type { WorkspaceDeps } from './workspace-deps.js';

/** What followed a change of a workspace. */
export interface Settled {
  /** Undefined where nothing activates plugins; false when that failed. */
  readonly activated: boolean | undefined;
  /** Undefined where nothing is restarted; false when that failed. */
  readonly restarted: boolean | undefined;
  readonly kept: readonly KeptFile[];
  readonly warnings: readonly string[];
}

/**
 * Makes a change known to whoever works in the workspace: activates its plugins for its runtime, then starts it anew. The change itself is made;
 * what fails here is told, and done again by the next change.
 */
export async function settleWorkspace(deps: WorkspaceDeps, workspace: string): Promise<Settled> {
  const { target } = deps.workspaces;
  const warnings: string[] = [];
  const kept: KeptFile[] = [];
  const activated = await attempt(deps, warnings, 'activation', () => activate(deps, { workspace, warnings, kept }));
  const { restart } = target;
  const restarted =
    restart === undefined
      ? undefined
      : await attempt(deps, warnings, 'restart', async () => {
          await restart(workspace);
          return true;
        });
  return { activated, restarted, kept, warnings };
}

interface Activating {
  readonly workspace: string;
  readonly warnings: string[];
  readonly kept: KeptFile[];
}

async function activate(deps: WorkspaceDeps, { workspace, warnings, kept }: Activating): Promise<true | undefined> {
  const { target, activate: run } = deps.workspaces;
  const runtime = (await deps.database.workspaces.find(workspace))?.runtime;
  const folder = target.folder?.(workspace);
  if (run === undefined || folder === undefined || runtime === undefined) return undefined;
  const outcome = await run({ id: workspace, folder, runtime });
  if (outcome === undefined) return undefined;
  kept.push(...outcome.kept);
  warnings.push(...outcome.findings.map(({ path, message, code }) => `${path}: ${message} (${code})`));
  return true;
}

async function attempt<T>(
  { logger }: WorkspaceDeps,
  warnings: string[],
  what: string,
  work: () => Promise<T>,
): Promise<T | false> {
  try {
    return await work();
  } catch (error) {
    logger.warn({ err: error }, `${what} of a workspace failed`);
    warnings.push(`The ${what} failed: ${isMarketplaceError(error) ? error.message : "see the server's log"}`);
    return false;
  }
}
