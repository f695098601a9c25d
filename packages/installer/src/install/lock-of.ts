import type { LockedPlugin } from '../state/locked-plugin.js';
import type { CheckedPlugin } from './check-plugin.js';
import { isUnpinned } from './development-path.js';

/**
 * What the lock says of a plugin that passed.
 *
 * @param requested whether it was asked for
 */
export function lockOf({ plugin, keyId, verification, engine }: CheckedPlugin, requested: boolean): LockedPlugin {
  const { manifest, digest, locked, staged, origin } = plugin;
  const { source, resolved, revision, integrity, made_manifest } = origin;
  const isLocked = locked !== undefined && origin === locked;
  // A run that checks no signatures must not lose what an earlier one found for the same files.
  const key_id = verification === 'verified' || (staged !== undefined && !isLocked) ? keyId : locked?.key_id;
  return {
    version: manifest.version,
    source,
    resolved,
    ...(revision === undefined ? {} : { revision }),
    content_digest: digest,
    ...(integrity === undefined ? {} : { integrity }),
    ...(key_id === undefined ? {} : { key_id }),
    ...(engine === undefined ? {} : { engine }),
    dependencies: manifest.dependencies,
    requested,
    ...(made_manifest === undefined ? {} : { made_manifest }),
    ...(isUnpinned(source) ? { unpinned: true } : {}),
  };
}
