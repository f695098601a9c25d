import { realpath } from 'node:fs/promises';
import type { CheckedPlugin } from './check-plugin.js';
import { inParallel } from './in-parallel.js';
import type { InstallSession } from './install-session.js';
import { knownEngine } from './known-engine.js';

/**
 * Has the host find out what runs each new JavaScript plugin whose manifest does not say. It may load the plugin for that, with what it was
 * granted: so this comes after the approval, and before the commit that writes it down.
 */
export async function chooseEngines(
  session: InstallSession,
  checked: readonly CheckedPlugin[],
): Promise<readonly CheckedPlugin[]> {
  const { chooseEngine, concurrency, signal } = session;
  if (chooseEngine === undefined) return checked;
  return inParallel(checked, concurrency, async (one) => {
    const { manifest, files, staged, digest: contentDigest } = one.plugin;
    if (staged === undefined || knownEngine(one.plugin) !== undefined) return one;
    signal?.throwIfAborted();
    const engine = await chooseEngine({ root: await realpath(staged.dir), manifest, files, contentDigest });
    return engine === undefined ? one : { ...one, engine };
  });
}
