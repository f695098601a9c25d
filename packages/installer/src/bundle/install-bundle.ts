import { join } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { parseDependency, satisfies } from '@agentmesh/manifest';
import { parseSource } from '@agentmesh/resolver';
import { approveChange } from '../install/approve-change.js';
import { askBeforeFetch } from '../install/ask-before-fetch.js';
import { baseOf } from '../install/base-of.js';
import { beginChange } from '../install/begin-change.js';
import { checkCollision } from '../install/check-collision.js';
import { checkLookAlikes } from '../install/check-look-alikes.js';
import { type CheckedPlugin, checkPlugin } from '../install/check-plugin.js';
import { commitPlugins } from '../install/commit-plugins.js';
import type { InstallContext } from '../install/install-context.js';
import type { ChangeOptions, ChangeResult } from '../install/install-result.js';
import type { InstallSession } from '../install/install-session.js';
import type { Lock, LockedPlugin } from '../state/locked-plugin.js';
import type { OfferedKey } from './bundle-index.js';
import { bundleInvalid } from './bundle-invalid.js';
import { type OpenBundle, openBundle } from './open-bundle.js';
import { pickBundled } from './pick-bundled.js';
import type { ReadBundleOptions } from './read-bundle.js';
import { stageBundled } from './stage-bundled.js';

const ACTION = 'install from a bundle';

/** How {@link installBundle} installs. */
export interface InstallBundleOptions extends ChangeOptions, ReadBundleOptions {
  /** Exactly what the project's lock says, or nothing (default false: all of the bundle, beside what is there). */
  readonly frozen?: boolean | undefined;
}

/** What {@link installBundle} did. */
export interface InstalledBundle extends ChangeResult {
  /** What the bundle offers; none of them was trusted by this. */
  readonly keys: readonly OfferedKey[];
}

/**
 * Installs the plugins of a bundle, all by one flip and without any network. Whatever is said of a plugin is checked as if it came from
 * anywhere else: digests, signature and trust by this workspace's own keys, host version, imports, policy, permissions.
 *
 * @throws MarketplaceError `BUNDLE_INVALID`; `LOCK_MISMATCH`; `NAME_COLLISION`, `DEPENDENCY_UNSATISFIED`; what checking and approving a plugin
 * throws; `FILE_TOO_LARGE`, `FILE_NOT_REGULAR`, `ARCHIVE_INVALID`, `TREE_UNSAFE`, `TREE_TOO_LARGE`; `LOCK_TIMEOUT`, `PLUGINS_DIR_FOREIGN`,
 * `STATE_CORRUPT`; the signal's reason. Nothing has changed then
 */
export async function installBundle(
  context: InstallContext,
  path: string,
  options: InstallBundleOptions = {},
): Promise<InstalledBundle> {
  return beginChange(context, ACTION, options, async ({ session }) => {
    const bundle = await openBundle(path, join(session.stage, 'bundle'), options);
    const base = baseOf(session);
    const wanted = pickBundled(bundle.lock, {
      base,
      installed: session.current.plugins,
      frozen: options.frozen === true,
    });
    checkLookAlikes(new Set([...base.keys(), ...wanted.keys()]));
    const checked: CheckedPlugin[] = [];
    for (const [name, locked] of [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))) {
      checked.push(await bring(session, bundle, { name, locked }));
    }
    checkDependencies(new Map([...base, ...wanted]));
    const { plan, grant } = await approveChange(session, checked);
    const answer = { ...plan, keys: bundle.keys };
    if (options.dryRun === true) return { ...answer, changed: false };
    session.signal?.throwIfAborted();
    session.onProgress({ phase: 'committing' });
    await grant();
    const isRequested = (name: string) => wanted.get(name)?.requested === true || base.get(name)?.requested === true;
    const changed = await commitPlugins(session, { action: ACTION, checked, keep: [...base.keys()], isRequested });
    return { ...answer, changed };
  });
}

async function bring(
  session: InstallSession,
  bundle: OpenBundle,
  { name, locked }: { readonly name: string; readonly locked: LockedPlugin },
): Promise<CheckedPlugin> {
  session.signal?.throwIfAborted();
  checkCollision(session.current.plugins, name, locked.source);
  await askBeforeFetch(session, parseSource(locked.source));
  const checked = await checkPlugin(session, await stageBundled(session, bundle, { name, locked }));
  assertKey(checked, locked);
  return checked;
}

/** Without trusted keys the lock keeps the key that it names, and nobody takes it for a proof; but it must not name one for nothing. */
function assertKey({ plugin, keyId, verification }: CheckedPlugin, { key_id: stated }: LockedPlugin): void {
  if (stated === undefined) return;
  const { name, manifest } = plugin;
  if (manifest.signature === null) {
    throw bundleInvalid(`its lock names the key that signed ${name}, which is not signed`);
  }
  if (verification === 'verified' && stated !== keyId) {
    throw bundleInvalid(`its lock names another key for ${name} than the one that signed it`);
  }
}

/** A bundle is a whole graph, or what is missing of it is installed. */
function checkDependencies(plugins: Lock): void {
  for (const [name, { dependencies }] of plugins) {
    for (const { name: needed, range } of dependencies.map(parseDependency)) {
      const there = plugins.get(needed);
      if (there !== undefined && satisfies(there.version, range)) continue;
      const found = there === undefined ? 'it would not be there' : `it would be ${printable(there.version)}`;
      throw new MarketplaceError(`${name} needs ${printable(needed)} ${printable(range)}, and ${found}`, {
        code: 'DEPENDENCY_UNSATISFIED',
        hint: 'Make the bundle where everything that its plugins need is installed.',
      });
    }
  }
}
