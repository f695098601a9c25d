import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MarketplaceError } from '@agentmesh/errors';
import { assertPluginName } from '@agentmesh/manifest';
import { requestedPlugins } from '../project/wanted.js';
import type { Lock } from '../state/locked-plugin.js';
import { notInstalled } from '../verify/not-installed.js';
import { baseOf } from './base-of.js';
import { type BegunChange, beginChange } from './begin-change.js';
import { changePlugins, type MadeChange, type PluginChange } from './change-plugins.js';
import type { InstallContext } from './install-context.js';
import type { ChangeOptions, ChangeResult } from './install-result.js';
import type { InstallSession, RefusedVersion } from './install-session.js';
import { PermissionsWidened } from './permissions-widened.js';
import { requestedBy } from './requested-by.js';
import { wantedTargets } from './wanted-targets.js';

/** Each round passes over one version at least. */
const MAX_ROUNDS = 100;

/**
 * Brings plugins to the newest versions that everybody allows. A version that asks for more than was granted, where that is not allowed,
 * is passed over and told. See `PluginInstaller.update`.
 */
export async function updatePlugins(
  context: InstallContext,
  names: readonly string[],
  options: ChangeOptions,
): Promise<ChangeResult> {
  for (const name of names) assertPluginName(name);
  const action = ['update', names.join(', ')].join(' ').trimEnd();
  const { checked: _, ...result } = await beginChange(context, action, options, (change) =>
    update(change, action, names),
  );
  return result;
}

async function update(change: BegunChange, action: string, names: readonly string[]): Promise<MadeChange> {
  const { session } = change;
  for (const name of names) if (!baseOf(session).has(name)) throw notInstalled(name, baseOf(session));
  const refused = new Map<string, RefusedVersion>();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    // What an attempt that was given up staged is not in the way of the next one.
    const attempt: InstallSession = { ...session, stage: join(session.stage, String(round)), refused };
    await mkdir(attempt.stage);
    try {
      return await changePlugins(attempt, await updateOf(attempt, change, { action, names }));
    } catch (error) {
      if (!(error instanceof PermissionsWidened) || !passOver(error, refused, baseOf(session))) throw error;
    }
  }
  throw new MarketplaceError('Gave up looking for versions that ask for no more than was granted', {
    code: 'DEPENDENCY_UNSATISFIED',
    hint: 'Update the plugins one by one.',
  });
}

/** What an update comes to, before anything of it is fetched but sources. */
export async function updateOf(
  session: InstallSession,
  { project }: Pick<BegunChange, 'project'>,
  { action, names }: { readonly action: string; readonly names: readonly string[] },
): Promise<PluginChange> {
  const base = baseOf(session);
  const plugins = project?.file.plugins ?? requestedPlugins(base);
  const moving = new Set(names.length === 0 ? [...base.keys(), ...plugins.keys()] : names);
  const targets = await wantedTargets(session, plugins, moving);
  return { action, targets, move: moving, others: 'keep', isRequested: requestedBy(project) };
}

/** False when there is no other version to take instead. */
function passOver({ plugins }: PermissionsWidened, refused: Map<string, RefusedVersion>, base: Lock): boolean {
  const known = plugins.filter(({ name, version }) => base.get(name)?.version === version);
  if (known.length > 0) return false;
  for (const { name, version, added } of plugins) {
    const reason = `asks for ${added.join(', ')}, which was not granted`;
    refused.set(`${name} ${version}`, { added, reason });
  }
  return true;
}
