import { MarketplaceError } from '@agentmesh/errors';
import { nameKey } from '@agentmesh/manifest';
import type { Lock } from '../state/locked-plugin.js';
import { showSource } from './show-source.js';

/**
 * Refuses a plugin whose place is taken: its name is installed from another source, or an installed name differs from it by
 * case and `-`/`_` alone.
 *
 * @throws MarketplaceError `NAME_COLLISION` naming both sources
 */
export function checkCollision(installed: Lock, name: string, source: string): void {
  for (const [other, locked] of installed) {
    if (nameKey(other) !== nameKey(name) || (other === name && locked.source === source)) continue;
    throw new MarketplaceError(
      `${name} from ${showSource(source)} stands against ${other}, installed from ${showSource(locked.source)}`,
      { code: 'NAME_COLLISION', hint: `Uninstall ${other} first if this one is to take its place.` },
    );
  }
}
