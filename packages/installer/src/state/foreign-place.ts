import { MarketplaceError, printable } from '@agentmesh/errors';

/** `PLUGINS_DIR_FOREIGN`: something that agentmesh did not make is where one of its own should be. */
export function foreignPlace(expected: string, path: string): MarketplaceError {
  return new MarketplaceError(`Expected nothing or ${expected} made by agentmesh at ${printable(path, 500)}`, {
    code: 'PLUGINS_DIR_FOREIGN',
    hint: 'Move what is there away, or choose another folder for the plugins.',
  });
}
