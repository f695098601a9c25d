import { pathToFileURL } from 'node:url';
import { isMarketplaceError } from '@agentmesh/errors';
import type { Extension } from './extension.js';
import { extensionInvalid } from './extension-invalid.js';

/**
 * Runs a package's module in this process.
 *
 * @throws MarketplaceError `RESOLVER_INVALID`, `SHAPE_INVALID` for one that cannot be loaded
 */
export function importExtension(pack: Extension): Promise<Readonly<Record<string, unknown>>> {
  return attempt(pack, 'cannot be loaded', () => import(pathToFileURL(pack.entry).href));
}

/** Does something with a package's own code; what is thrown there becomes an error that names the package. */
export async function attempt<T>(pack: Extension, problem: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isMarketplaceError(cause)) throw cause;
    throw extensionInvalid(pack, problem, cause);
  }
}
