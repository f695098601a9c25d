import { MarketplaceError, printable } from '@agentmesh/errors';
import { nameKey } from '@agentmesh/manifest';

/**
 * Refuses plugins of one install whose names differ by case and `-`/`_` alone, which some file systems cannot hold beside each other.
 *
 * @throws MarketplaceError `NAME_COLLISION`
 */
export function checkLookAlikes(names: Iterable<string>): void {
  const known = new Map<string, string>();
  for (const name of names) {
    const other = known.get(nameKey(name));
    if (other !== undefined) {
      throw new MarketplaceError(`${printable(other)} and ${printable(name)} differ by case, "-" and "_" alone`, {
        code: 'NAME_COLLISION',
        hint: 'One of the two is probably not what its dependent means; tell its author.',
      });
    }
    known.set(nameKey(name), name);
  }
}
