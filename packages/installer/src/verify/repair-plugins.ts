import { join } from 'node:path';
import { isMarketplaceError, type MarketplaceError } from '@agentmesh/errors';
import { assertPluginName } from '@agentmesh/manifest';
import type { InstallContext } from '../install/install-context.js';
import type { InstallSession } from '../install/install-session.js';
import type { StagedPlugin } from '../install/staged-plugin.js';
import { changeWorkspace } from '../state/change-workspace.js';
import { commitGeneration, type NewTree } from '../state/commit-generation.js';
import { lockFor } from '../state/lock-for.js';
import { type NamedLock, stageLocked } from '../store/stage-locked.js';
import { assertComesBack } from './assert-comes-back.js';
import { notInstalled } from './not-installed.js';
import { reportPlugin } from './report-plugin.js';
import type { InstalledDifference } from './verification-report.js';

/** What {@link repairPlugins} is asked beside the name. */
export interface RepairOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What became of one plugin that was not what was installed. */
export interface RepairedPlugin {
  readonly name: string;
  readonly version: string;
  /** What was wrong with it. */
  readonly differences: readonly InstalledDifference[];
  /** Where the right files came from; absent when they could not be brought. */
  readonly from?: 'store' | 'source';
  /** Why they could not be brought. */
  readonly problem?: MarketplaceError;
}

/**
 * Reads one installed plugin, or all, in full, and brings each that differs anew in the same version with the same digest: out of the store, or
 * from where it came. What can be healed is, whatever becomes of the others.
 *
 * @returns what was damaged, by name; empty when all is intact, and nothing was written then
 * @throws MarketplaceError `NAME_INVALID`, `NOT_INSTALLED`, `LOCK_TIMEOUT`, `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`; the signal's reason
 */
export async function repairPlugins(
  context: InstallContext,
  name?: string,
  options: RepairOptions = {},
): Promise<readonly RepairedPlugin[]> {
  if (name !== undefined) assertPluginName(name);
  const { workspace, now } = context;
  const { signal } = options;
  const action = name === undefined ? 'repair' : `repair ${name}`;
  return changeWorkspace(workspace, lockFor(context, { action, signal }), async ({ current, stage }) => {
    const { plugins } = current;
    if (name !== undefined && !plugins.has(name)) throw notInstalled(name, plugins);
    const session: InstallSession = { ...context, current, stage, verify: true, signal };
    const trees = new Map<string, NewTree>();
    const answer: RepairedPlugin[] = [];
    for (const [other, locked] of [...plugins].sort(([a], [b]) => (a < b ? -1 : 1))) {
      signal?.throwIfAborted();
      if (name !== undefined && other !== name) continue;
      const repaired = await repair(session, { name: other, locked }, trees);
      if (repaired !== undefined) answer.push(repaired);
    }
    if (trees.size > 0) await commitGeneration(workspace, { current, plugins, trees, made: { at: now(), action } });
    return answer;
  });
}

async function repair(
  session: InstallSession,
  plugin: NamedLock,
  trees: Map<string, NewTree>,
): Promise<RepairedPlugin | undefined> {
  const { name, locked } = plugin;
  const { version } = locked;
  session.onProgress({ phase: 'checking', plugin: name });
  const { report } = await reportPlugin(session, { generation: session.current, name, locked });
  const { differences, intact } = report;
  if (intact) return undefined;
  try {
    const { staged, from } = await bring(session, plugin, differences);
    await assertComesBack(session, { ...plugin, manifest: staged.manifest });
    trees.set(name, staged);
    return { name, version, differences, from };
  } catch (error) {
    session.signal?.throwIfAborted();
    if (!isMarketplaceError(error)) throw error;
    return { name, version, differences, problem: error };
  }
}

interface Brought {
  readonly staged: StagedPlugin;
  readonly from: 'store' | 'source';
}

async function bring(
  session: InstallSession,
  plugin: NamedLock,
  differences: readonly InstalledDifference[],
): Promise<Brought> {
  const { name, locked } = plugin;
  const stored = await stageLocked(session, plugin, join(session.stage, `store-${name}`));
  if (stored !== undefined) return { staged: stored, from: 'store' };
  const { refetchPlugin } = await import('../install/refetch-plugin.js');
  return { staged: await refetchPlugin(session, name, { locked, differences }), from: 'source' };
}
