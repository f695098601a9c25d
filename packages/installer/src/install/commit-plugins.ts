import { isDeepStrictEqual } from 'node:util';
import { commitGeneration, type NewTree } from '../state/commit-generation.js';
import type { LockedPlugin } from '../state/locked-plugin.js';
import { baseOf } from './base-of.js';
import type { CheckedPlugin } from './check-plugin.js';
import type { InstallSession } from './install-session.js';
import { lockOf } from './lock-of.js';

/** What is committed. */
export interface PluginCommit {
  /** Remembered in the history. */
  readonly action: string;
  readonly checked: readonly CheckedPlugin[];
  /** Names of the base that stay unless they were checked. */
  readonly keep: readonly string[];
  readonly isRequested: (name: string, before: LockedPlugin | undefined) => boolean;
}

/** Commits what was checked, all of it by one flip. Where nothing would change, nothing is written, and false answered. */
export async function commitPlugins(session: InstallSession, commit: PluginCommit): Promise<boolean> {
  const { workspace, current, now, frozen } = session;
  const base = baseOf(session);
  const plugins = new Map<string, LockedPlugin>();
  const trees = new Map<string, NewTree>();
  for (const name of commit.keep) {
    const locked = base.get(name);
    if (locked !== undefined) plugins.set(name, { ...locked, requested: commit.isRequested(name, locked) });
  }
  for (const one of commit.checked) {
    const { name, staged, locked, origin } = one.plugin;
    const requested = commit.isRequested(name, base.get(name));
    const stays = frozen === true && locked !== undefined && origin === locked;
    plugins.set(name, stays ? { ...locked, requested } : lockOf(one, requested));
    if (staged !== undefined) trees.set(name, staged);
  }
  if (trees.size === 0 && isDeepStrictEqual(plugins, current.plugins)) return false;
  const made = { at: now(), action: commit.action };
  await commitGeneration(workspace, { current, plugins, trees, made });
  return true;
}
