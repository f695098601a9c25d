import { type FetchedSource, type FetchOptions, SourceRegistry, type SourceResolver } from '@agentmesh/resolver';
import { type Filled, fillFolder } from '@agentmesh/test-support';

/** Fetches into a fresh folder; a failed fetch has left nothing in it. */
export function fetchTo(
  resolver: SourceResolver,
  spec: string,
  options: FetchOptions = {},
): Promise<FetchedSource & Filled> {
  const registry = new SourceRegistry().register(resolver);
  return fillFolder((target) => registry.fetch({ scheme: resolver.scheme, spec }, target, options));
}
