import { join } from 'node:path';
import type { InstallContext } from '../install/install-context.js';
import { changeWorkspace } from '../state/change-workspace.js';
import { lockFor } from '../state/lock-for.js';
import type { Lock } from '../state/locked-plugin.js';
import type { OfferedKey } from './bundle-index.js';
import type { BundleLimits } from './bundle-limits.js';
import { openBundle } from './open-bundle.js';

/** What {@link readBundle} and installing a bundle are asked beside the path. */
export interface ReadBundleOptions {
  readonly limits?: Partial<BundleLimits> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a bundle says it holds. */
export interface BundleContents {
  readonly lock: Lock;
  /** Offered, not trusted: to be shown to the user, whose consent it takes. */
  readonly keys: readonly OfferedKey[];
}

/**
 * Looks into a bundle without installing anything: its bytes are checked, signatures are not.
 *
 * @throws MarketplaceError `BUNDLE_INVALID`; `FILE_TOO_LARGE`, `FILE_NOT_REGULAR`, `ARCHIVE_INVALID`, `TREE_UNSAFE`, `TREE_TOO_LARGE`;
 * `LOCK_TIMEOUT`, `PLUGINS_DIR_FOREIGN`, `STATE_CORRUPT`; the signal's reason
 */
export async function readBundle(
  context: InstallContext,
  path: string,
  options: ReadBundleOptions = {},
): Promise<BundleContents> {
  const { signal } = options;
  // It is unpacked into the workspace's stage, which is the holder's alone.
  return changeWorkspace(context.workspace, lockFor(context, { action: 'bundle read', signal }), async ({ stage }) => {
    const { lock, keys } = await openBundle(path, join(stage, 'bundle'), options);
    return { lock, keys };
  });
}
