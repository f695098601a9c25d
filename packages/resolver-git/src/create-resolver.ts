import { formatSource, type SourceResolver } from '@agentmesh/resolver';
import { createGitFetcher } from './fetch-git.js';
import { formatGitSpec } from './format-git-spec.js';
import type { GitOptions } from './git-options.js';
import type { GitSource } from './git-source.js';
import { type GitScheme, parseGitSpec } from './parse-git-spec.js';

/** What {@link createResolver} takes. */
export interface GitResolverOptions extends GitOptions {
  /** `git` is git over https (default), `git+ssh` git over ssh. */
  readonly scheme?: GitScheme | undefined;
  /** Hosts, as `host:port`, that speak http without TLS; they have to be loopback, and listed in `allowPrivateHosts`. */
  readonly plainHosts?: readonly string[] | undefined;
}

/**
 * The resolver of the scheme `git` or `git+ssh`: `host/path.git[//folder][#ref]`.
 *
 * `fetch` throws what {@link createGitFetcher} does, and SOURCE_SYNTAX for a malformed spec.
 */
export function createResolver(options: GitResolverOptions = {}): SourceResolver {
  const { scheme = 'git', plainHosts = [], ...rest } = options;
  const fetchGit = createGitFetcher(rest);
  return {
    scheme,
    fetch: async (spec, target, context) => {
      const source = withPlainHosts(parseGitSpec(spec, scheme), plainHosts);
      const format = (commit: string) => formatSource({ scheme, spec: formatGitSpec(source, commit) });
      return fetchGit({ scheme, source, target, context, format });
    },
  };
}

function withPlainHosts(source: GitSource, plainHosts: readonly string[]): GitSource {
  const isPlain = source.transport === 'https' && plainHosts.includes(`${source.host}:${source.port ?? 80}`);
  return isPlain ? { ...source, transport: 'http' } : source;
}
