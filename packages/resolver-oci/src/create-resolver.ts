import type { TreeLimits } from '@agentmesh/artifact';
import { type ContentCache, forgivingCache } from '@agentmesh/download';
import { createOciClient, type OciClient, type OciClientOptions } from '@agentmesh/oci';
import type { FetchContext, FetchedPlugin, SourceResolver } from '@agentmesh/resolver';
import { fetchPlugin } from './fetch-plugin.js';

/** What {@link createResolver} takes: what the client of registries takes, and its own. */
export interface OciResolverOptions extends OciClientOptions {
  /** Limits of a plugin's tree beside those of the fetch; the smaller ones count. */
  readonly limits?: Partial<TreeLimits> | undefined;
}

/** One fetch and what it works with. */
export interface OciFetch {
  readonly client: OciClient;
  readonly cache: ContentCache | undefined;
  readonly limits: Partial<TreeLimits> | undefined;
  readonly spec: string;
  readonly target: string;
  readonly context: FetchContext;
}

/**
 * The resolver of the `oci` scheme: a spec is `registry/repository`, optionally with `:tag` (default `latest`) or
 * `@sha256:…`. `resolved` has the digest of the manifest, and comes from the cache when that has all of it.
 *
 * `fetch` throws SOURCE_SYNTAX, SOURCE_UNPINNED, SOURCE_NOT_FOUND, SOURCE_UNAUTHORIZED, INTEGRITY_MISMATCH, ARCHIVE_INVALID,
 * TREE_UNSAFE, FETCH_TOO_LARGE, FETCH_TIMEOUT, and FETCH_FAILED for an address that may not be reached and all that a
 * registry does wrong.
 *
 * @throws MarketplaceError `PROXY_INVALID`
 */
export function createResolver(options: OciResolverOptions = {}): SourceResolver {
  const { limits, ...rest } = options;
  const client = createOciClient(rest);
  const cache = forgivingCache(rest);
  return {
    scheme: 'oci',
    fetch: (spec, target, context): Promise<FetchedPlugin> =>
      fetchPlugin({ client, cache, limits, spec, target, context }),
  };
}
