import { assertPluginName } from '@agentmesh/manifest';
import type { InstallContext } from '../install/install-context.js';
import { notInstalled } from '../verify/not-installed.js';
import { readBaseLock } from './base-lock.js';
import { type Chain, findChains } from './find-chains.js';

/** Why a plugin is there. */
export interface PluginReason {
  readonly name: string;
  readonly version: string;
  /** True when it was asked for by itself. */
  readonly requested: boolean;
  /** Who needs it: one chain for each plugin that does directly. Empty when nobody does any more. */
  readonly chains: readonly Chain[];
}

/** See `PluginInstaller.why`. */
export async function explainPlugin(
  context: Pick<InstallContext, 'workspace' | 'project'>,
  name: string,
): Promise<PluginReason> {
  assertPluginName(name);
  const { lock } = await readBaseLock(context);
  const locked = lock.get(name);
  if (locked === undefined) throw notInstalled(name, lock);
  return { name, version: locked.version, requested: locked.requested, chains: findChains(lock, name) };
}
