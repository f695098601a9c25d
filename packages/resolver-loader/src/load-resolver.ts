import { pathToFileURL } from 'node:url';
import { isMarketplaceError } from '@agentmesh/errors';
import { checkResolverShape, type SourceResolver } from '@agentmesh/resolver';
import { resolverInvalid } from './resolver-invalid.js';
import type { ResolverPackage } from './resolver-package.js';

/**
 * Runs a package's module in this process, and has it make its resolver. Whoever calls this has asked for consent to
 * `pack.content` before.
 *
 * @param options what `createResolver` of the package is given
 * @throws MarketplaceError `RESOLVER_INVALID` for a module that cannot be loaded, or that does not keep to the port
 */
export async function loadResolver(pack: ResolverPackage, options: object): Promise<SourceResolver> {
  const { name, entry } = pack;
  const module: { createResolver?: unknown } = await attempt(
    name,
    'cannot be loaded',
    () => import(pathToFileURL(entry).href),
  );
  const { createResolver } = module;
  if (typeof createResolver !== 'function') throw resolverInvalid(name, 'exports no function createResolver');
  const resolver: unknown = await attempt(name, 'cannot make its resolver', () => createResolver(options));
  try {
    checkResolverShape(resolver);
  } catch (cause) {
    throw resolverInvalid(name, 'makes no resolver: an object with a scheme and a function fetch is expected', cause);
  }
  return resolver;
}

async function attempt<T>(name: string, problem: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isMarketplaceError(cause)) throw cause;
    throw resolverInvalid(name, problem, cause);
  }
}
