import type { TreeLimits } from '@agentmesh/artifact';
import { createDownloader, type Downloader, type DownloaderOptions } from '@agentmesh/download';
import {
  type FetchContext,
  type FetchedPlugin,
  formatSource,
  type SourceResolver,
  sourceUnpinned,
} from '@agentmesh/resolver';
import { type ArchiveUrl, parseArchiveUrl, type UrlScheme } from './archive-url.js';

/** What {@link createResolver} takes: what the download step takes, and its own. */
export interface HttpsResolverOptions extends DownloaderOptions {
  /** `http` makes the resolver of that scheme, for loopback that is listed in `allowPrivateHosts` (default `https`). */
  readonly scheme?: UrlScheme | undefined;
  /** Limits of a plugin's tree beside those of the fetch; the smaller ones count. */
  readonly limits?: Partial<TreeLimits> | undefined;
}

/**
 * The resolver of the `https` scheme: a spec is the URL of an archive without its scheme, optionally with the digest that it
 * must have. An archive with a single top folder gives what lies in that. `resolved` is the same URL with the archive's
 * digest, and comes from the cache when that has it.
 *
 * `fetch` throws SOURCE_SYNTAX, SOURCE_UNPINNED, SOURCE_NOT_FOUND, SOURCE_UNAUTHORIZED, INTEGRITY_MISMATCH, ARCHIVE_INVALID,
 * TREE_UNSAFE, FETCH_TOO_LARGE, FETCH_TIMEOUT, and FETCH_FAILED for an address that may not be reached and all that a server does wrong.
 *
 * @throws MarketplaceError `PROXY_INVALID`
 */
export function createResolver(options: HttpsResolverOptions = {}): SourceResolver {
  const { scheme = 'https', limits, ...rest } = options;
  const downloader = createDownloader(rest);
  return {
    scheme,
    fetch: (spec, target, context) => fetchUrl({ scheme, limits, downloader, spec, target, context }),
  };
}

interface UrlFetch {
  readonly scheme: UrlScheme;
  readonly limits: Partial<TreeLimits> | undefined;
  readonly downloader: Downloader;
  readonly spec: string;
  readonly target: string;
  readonly context: FetchContext;
}

async function fetchUrl({ scheme, limits, downloader, spec, target, context }: UrlFetch): Promise<FetchedPlugin> {
  const source = parseArchiveUrl(spec, scheme);
  const { url, digest, name } = source;
  if (context.pinned === 'required' && digest === undefined) {
    throw sourceUnpinned(scheme, 'a digest after "#sha512=" or "#sha256="');
  }
  const fetched = await downloader.fetchArchive({ url, digest, context, limits, top: 'lift' }, target);
  const revision = digest ?? fetched.sha512;
  return { name, resolved: formatSource({ scheme, spec: pinnedSpec(source, revision) }), revision };
}

function pinnedSpec({ url }: ArchiveUrl, digest: string): string {
  return `${url.href.slice(`${url.protocol}//`.length)}#${digest.replace(':', '=')}`;
}
