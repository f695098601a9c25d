import { checkResolverShape, type SourceResolver } from '@agentmesh/resolver';
import type { Extension } from './extension.js';
import { extensionInvalid } from './extension-invalid.js';
import { attempt, importExtension } from './import-extension.js';

/**
 * Runs a package's module in this process, and has it make its resolver. Whoever calls this has asked for consent to
 * `pack.content` before.
 *
 * @param options what `createResolver` of the package is given
 * @throws MarketplaceError `RESOLVER_INVALID` for a module that cannot be loaded, or that does not keep to the port
 */
export async function loadResolver(pack: Extension, options: object): Promise<SourceResolver> {
  const { createResolver } = await importExtension(pack);
  if (typeof createResolver !== 'function') throw extensionInvalid(pack, 'exports no function createResolver');
  const resolver: unknown = await attempt(pack, 'cannot make its resolver', () => createResolver(options));
  try {
    checkResolverShape(resolver);
  } catch (cause) {
    throw extensionInvalid(pack, 'makes no resolver: an object with a scheme and a function fetch is expected', cause);
  }
  return resolver;
}
