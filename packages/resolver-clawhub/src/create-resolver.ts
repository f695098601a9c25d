import type { TreeLimits } from '@agentmesh/artifact';
import { createDownloader, type Downloader, type DownloaderOptions, forgivingCache } from '@agentmesh/download';
import { formatSource, type SourceResolver, sourceUnpinned } from '@agentmesh/resolver';
import { fetchSkill } from './fetch-skill.js';
import { isExactVersion, parseClawhubSpec } from './parse-clawhub-spec.js';
import { readBaseUrl } from './read-base-url.js';

const SCHEME = 'clawhub';

/** What {@link createResolver} takes. */
export interface ClawhubResolverOptions extends DownloaderOptions {
  /** The server (default `https://clawhub.ai`). http is for listed loopback. */
  readonly baseUrl?: string | undefined;
  /** Fetches skills that ClawHub lists and GitHub has: the resolver of the scheme `github`. Without it they are refused. */
  readonly github?: SourceResolver | undefined;
  /** Limits of a plugin's tree, beside those of the fetch; the smaller one counts. */
  readonly limits?: Partial<TreeLimits> | undefined;
}

/**
 * The resolver of the scheme `clawhub`: `[owner/]name[@version]` is a skill of ClawHub, read by its HTTP API v1. The archive is
 * compared file by file with what the server lists for the version. A version that was fetched once comes out of the cache.
 *
 * `fetch` throws SOURCE_SYNTAX for a malformed spec, SOURCE_UNPINNED, SOURCE_NOT_FOUND, INTEGRITY_MISMATCH, and what a
 * `Downloader` of `@agentmesh/download` says.
 *
 * @throws MarketplaceError `SOURCE_SYNTAX` for a base URL that cannot be one; `PROXY_INVALID`
 */
export function createResolver(options: ClawhubResolverOptions = {}): SourceResolver {
  const { baseUrl, github, limits, ...rest } = options;
  const base = readBaseUrl(baseUrl);
  const downloader: Downloader = createDownloader(rest);
  return {
    scheme: SCHEME,
    fetch: async (text, target, context) => {
      const spec = parseClawhubSpec(text);
      const { owner, slug, name, version } = spec;
      if (context.pinned === 'required' && (version === undefined || !isExactVersion(version))) {
        throw sourceUnpinned(SCHEME, 'an exact version after "@"');
      }
      const found = await fetchSkill({
        downloader,
        base,
        github,
        limits,
        cache: forgivingCache(rest),
        spec,
        target,
        context,
      });
      const pinned = `${owner === undefined ? '' : `${owner}/`}${slug}@${found}`;
      return { name, resolved: formatSource({ scheme: SCHEME, spec: pinned }), revision: found };
    },
  };
}
