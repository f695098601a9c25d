import type { SourceResolver } from '@agentmesh/resolver';

/** A resolver whose package is loaded by its first fetch; a failed load is tried again by the next one. */
export function lazyResolver(scheme: string, load: () => Promise<SourceResolver>): SourceResolver {
  let loaded: Promise<SourceResolver> | undefined;
  return {
    scheme,
    fetch: async (spec, target, context) => {
      loaded ??= load();
      const resolver = await loaded.catch((error: unknown) => {
        loaded = undefined;
        throw error;
      });
      return resolver.fetch(spec, target, context);
    },
  };
}
