import { isMarketplaceError } from '@agentmesh/errors';
import { findEntry, runtimeOf } from '@agentmesh/manifest';
import type { LockedPlugin } from '../state/locked-plugin.js';
import type { ObtainedPlugin } from './obtained-plugin.js';

/**
 * What is known to run a plugin: `none` for what is no JavaScript; as its manifest says; as was found out when the same files came before.
 * Undefined when it has yet to be found out.
 */
export function knownEngine(plugin: ObtainedPlugin): LockedPlugin['engine'] | 'none' | undefined {
  const { manifest, staged, locked, origin, change } = plugin;
  if (!isJavaScript(plugin)) return 'none';
  const isSame = staged === undefined || change === 'healed' || origin === locked;
  return manifest.engine ?? (isSame ? (locked?.engine ?? 'none') : undefined);
}

function isJavaScript({ manifest, files }: ObtainedPlugin): boolean {
  try {
    const paths = files.map(({ path }) => path);
    return runtimeOf(manifest, findEntry(manifest, paths)) === 'javascript';
  } catch (error) {
    // Without an entry there is nothing to run, which is for whoever runs it to say.
    if (isMarketplaceError(error)) return false;
    throw error;
  }
}
