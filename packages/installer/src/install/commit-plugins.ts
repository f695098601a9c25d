import { isDeepStrictEqual } from 'node:util';
import { commitGeneration, type NewTree } from '../state/commit-generation.js';
import type { LockedPlugin } from '../state/locked-plugin.js';
import type { CheckedPlugin } from './check-plugin.js';
import type { InstallSession } from './install-session.js';

/**
 * Commits what was checked, all of it by one flip. Where nothing would change, nothing is written.
 *
 * @param root name of what the user asked for
 */
export async function commitPlugins(
  session: InstallSession,
  root: string,
  checked: readonly CheckedPlugin[],
): Promise<void> {
  const { workspace, current } = session;
  const plugins = new Map(current.plugins);
  const trees = new Map<string, NewTree>();
  for (const one of checked) {
    const { name, staged } = one.plugin;
    plugins.set(name, lockOf(one, root));
    if (staged !== undefined) trees.set(name, { dir: staged.dir, files: staged.files });
  }
  if (trees.size === 0 && isDeepStrictEqual(plugins, current.plugins)) return;
  await commitGeneration(workspace, { current, plugins, trees });
}

function lockOf({ plugin, keyId, verification }: CheckedPlugin, root: string): LockedPlugin {
  const { name, manifest, digest, locked, staged, origin } = plugin;
  const { source, resolved, revision, integrity } = origin;
  // A run that checks no signatures must not lose what an earlier one found for the same files.
  const key_id = verification === 'verified' || staged !== undefined ? keyId : locked?.key_id;
  return {
    version: manifest.version,
    source,
    resolved,
    ...(revision === undefined ? {} : { revision }),
    content_digest: digest,
    ...(integrity === undefined ? {} : { integrity }),
    ...(key_id === undefined ? {} : { key_id }),
    dependencies: manifest.dependencies,
    requested: name === root || (locked?.requested ?? false),
  };
}
