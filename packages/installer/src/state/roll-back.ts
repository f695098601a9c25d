import { join } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import type { InstallContext } from '../install/install-context.js';
import { type NamedLock, stageLocked } from '../store/stage-locked.js';
import { assertComesBack } from '../verify/assert-comes-back.js';
import { reportPlugin } from '../verify/report-plugin.js';
import { treeTampered } from '../verify/tree-tampered.js';
import type { InstalledDifference } from '../verify/verification-report.js';
import { changeWorkspace, type WorkspaceChange } from './change-workspace.js';
import { commitGeneration, type NewTree } from './commit-generation.js';
import { type Generation, readNumbered } from './generation.js';
import { listGenerations } from './list-generations.js';
import { lockFor } from './lock-for.js';
import { changesBetween, type HistoryChange } from './show-history.js';
import { findLinkedTree } from './tree-link.js';

/** What {@link rollBack} is asked beside the number. */
export interface RollbackOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What {@link rollBack} did. */
export interface RollbackResult {
  /** The generation that is current now: a new one, so that the rollback can be rolled back as well. */
  readonly generation: number;
  /** The one that it equals. */
  readonly restored: number;
  /** What changed by it, by name. */
  readonly changes: readonly HistoryChange[];
  /** Plugins whose files had been changed and were brought anew out of the store, by name. */
  readonly healed: readonly string[];
}

/**
 * Makes the plugins those of an older generation again, by one flip to a new generation that equals it. Every plugin of it is read in full
 * before; one whose files were changed is healed from the store. What comes back has to pass trusted keys and policy as they are now.
 *
 * @param number of a kept generation; the one before the current by default
 * @throws MarketplaceError `GENERATION_NOT_FOUND`; `TREE_TAMPERED` when a plugin of it is damaged and the store cannot heal it;
 * `UNTRUSTED_AUTHOR`, `SIGNATURE_INVALID`, `SIGNATURE_MISSING`, `POLICY_DENIED` for a plugin that would come back and is refused now;
 * `LOCK_TIMEOUT`, `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`; the signal's reason
 */
export async function rollBack(
  context: InstallContext,
  number?: number,
  options: RollbackOptions = {},
): Promise<RollbackResult> {
  const { workspace, now } = context;
  const { signal } = options;
  const action = number === undefined ? 'rollback' : `rollback ${number}`;
  return changeWorkspace(workspace, lockFor(context, { action, signal }), async (change) => {
    const { current } = change;
    const wanted = await findWanted(context, current, number);
    const { trees, links } = await gather({ ...context, signal }, change, wanted);
    const changes = changesBetween(current.plugins, wanted.plugins);
    const made = { at: now(), action: `rollback ${wanted.number}` };
    signal?.throwIfAborted();
    await commitGeneration(workspace, { current, plugins: wanted.plugins, trees, links, made });
    return { generation: current.number + 1, restored: wanted.number, changes, healed: [...trees.keys()].sort() };
  });
}

async function findWanted(
  { workspace }: InstallContext,
  current: Generation,
  number: number | undefined,
): Promise<Generation> {
  const kept = (await listGenerations(workspace, current.number)).filter((other) => other !== current.number);
  const wanted = number === undefined ? kept[0] : kept.find((other) => other === number);
  if (wanted !== undefined) return readNumbered(workspace, wanted);
  const none = kept.length === 0;
  throw new MarketplaceError(
    number === undefined || none ? 'There is no earlier generation' : `Generation ${number} is not there to go back to`,
    {
      code: 'GENERATION_NOT_FOUND',
      hint: none ? 'Every change of the plugins makes one.' : `Kept besides the current one: ${kept.join(', ')}.`,
    },
  );
}

interface Gathered {
  readonly trees: Map<string, NewTree>;
  readonly links: Map<string, string>;
}

async function gather(
  context: InstallContext & RollbackOptions,
  { current, stage }: WorkspaceChange,
  wanted: Generation,
): Promise<Gathered> {
  const trees = new Map<string, NewTree>();
  const links = new Map<string, string>();
  for (const [name, locked] of wanted.plugins) {
    context.signal?.throwIfAborted();
    context.onProgress({ phase: 'checking', plugin: name });
    const { report, inspected } = await reportPlugin(context, { generation: wanted, name, locked });
    const tree = await findLinkedTree(context.workspace, wanted.dir, name);
    if (report.intact && tree !== undefined && inspected.manifest !== undefined) {
      links.set(name, tree);
      const back = current.plugins.get(name)?.content_digest !== locked.content_digest;
      if (back) await assertComesBack(context, { name, locked, manifest: inspected.manifest });
    } else {
      trees.set(name, await heal(context, { name, locked, dir: join(stage, name), differences: report.differences }));
    }
  }
  return { trees, links };
}

async function heal(
  context: InstallContext & RollbackOptions,
  damaged: NamedLock & { readonly dir: string; readonly differences: readonly InstalledDifference[] },
): Promise<NewTree> {
  const { name, locked, dir, differences } = damaged;
  const staged = await stageLocked(context, damaged, dir);
  if (staged === undefined) {
    const hint = `The store cannot heal it. Install ${name} ${printable(locked.version)} again instead.`;
    throw treeTampered(name, differences, hint);
  }
  await assertComesBack(context, { name, locked, manifest: staged.manifest });
  return staged;
}
