import { MarketplaceError, printable } from '@agentmesh/errors';

/** `STATE_CORRUPT`: a file of the installer's own that cannot be read as one. */
export function stateCorrupt(path: string, reason: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError(`Expected a file written by agentmesh at ${printable(path, 500)}: ${printable(reason)}`, {
    code: 'STATE_CORRUPT',
    hint: 'Restore the file. If it is lost, remove the plugins link and install the plugins again.',
    cause,
  });
}
