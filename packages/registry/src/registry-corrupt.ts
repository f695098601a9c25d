import { MarketplaceError, printable } from '@agentmesh/errors';

/** `REGISTRY_CORRUPT`: a registry's file that cannot be read, with what is wrong in it. */
export function registryCorrupt(path: string, what: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError(`The registry file ${printable(path, 1000)} cannot be read: ${what}`, {
    code: 'REGISTRY_CORRUPT',
    hint: 'Nothing was changed. Repair the file or restore a copy of it; to begin anew, move it away.',
    cause,
  });
}
