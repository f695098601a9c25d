import { MarketplaceError } from '@agentmesh/errors';
import { isKnownScheme } from './scheme.js';
import type { SourceResolver } from './source-resolver.js';

/**
 * Checks what somebody's `createResolver` gave against the port. Third parties write resolvers in plain JavaScript too, so
 * the type alone proves nothing. `SourceRegistry.register` does it by itself; whoever loads resolvers by name does it first,
 * to say which package is wrong.
 *
 * @throws RESOLVER_INVALID
 */
export function checkResolverShape(resolver: unknown): asserts resolver is SourceResolver {
  const candidate: { scheme?: unknown; fetch?: unknown } =
    typeof resolver === 'object' && resolver !== null ? resolver : {};
  if (isKnownScheme(candidate.scheme) && typeof candidate.fetch === 'function') return;
  throw new MarketplaceError('Expected a resolver: an object with a scheme such as "github" and a function fetch', {
    code: 'RESOLVER_INVALID',
    hint: 'A scheme is lower-case letters, digits, "+", "." and "-", begins with a letter, and has at most 64 characters.',
  });
}
