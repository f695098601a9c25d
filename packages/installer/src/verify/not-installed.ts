import { MarketplaceError, nearest, printable } from '@agentmesh/errors';
import type { Lock } from '../state/locked-plugin.js';

/** `NOT_INSTALLED`, with the installed name that was perhaps meant. */
export function notInstalled(name: string, installed: Lock): MarketplaceError {
  const meant = nearest(name, installed.keys());
  return new MarketplaceError(`${printable(name)} is not installed`, {
    code: 'NOT_INSTALLED',
    hint: meant === undefined ? 'See what is installed with `agentmesh plugin list`.' : `Did you mean ${meant}?`,
  });
}
