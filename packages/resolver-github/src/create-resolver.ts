import { formatSource, type SourceResolver } from '@agentmesh/resolver';
import { createGitFetcher, type GitOptions } from '@agentmesh/resolver-git';
import { locateRepository } from './locate-repository.js';
import { type GithubSpec, parseGithubSpec } from './parse-github-spec.js';
import { readBaseUrl } from './read-base-url.js';

const SCHEME = 'github';

/** What {@link createResolver} takes. */
export interface GithubResolverOptions extends Omit<GitOptions, 'ssh'> {
  /** Where repositories are, for GitHub Enterprise (default `https://github.com`). http is for listed loopback. */
  readonly baseUrl?: string | undefined;
}

/**
 * The resolver of the scheme `github`: `owner/repo[//folder][#ref]`, over https.
 *
 * `fetch` throws SOURCE_SYNTAX for a malformed spec, and what `createGitFetcher` of `@agentmesh/resolver-git` says.
 *
 * @throws MarketplaceError `SOURCE_SYNTAX` for a base URL that cannot be one
 */
export function createResolver(options: GithubResolverOptions = {}): SourceResolver {
  const { baseUrl, ...rest } = options;
  const base = readBaseUrl(baseUrl);
  const fetchGit = createGitFetcher(rest);
  return {
    scheme: SCHEME,
    fetch: async (spec, target, context) => {
      const parsed = parseGithubSpec(spec);
      const format = (commit: string) => formatSource({ scheme: SCHEME, spec: formatSpec(parsed, commit) });
      return fetchGit({ scheme: SCHEME, source: locateRepository(parsed, base), target, context, format });
    },
  };
}

function formatSpec({ owner, name, subPath }: GithubSpec, commit: string): string {
  return `${owner}/${name}${subPath === undefined ? '' : `//${subPath}`}#${commit}`;
}
