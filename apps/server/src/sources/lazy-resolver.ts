import type { SourceResolver } from '@agentmesh/resolver';

/** A resolver whose package is loaded by its first fetch. */
export function lazyResolver(scheme: string, load: () => Promise<SourceResolver>): SourceResolver {
  return {
    scheme,
    fetch: async (spec, target, context) => (await load()).fetch(spec, target, context),
  };
}
