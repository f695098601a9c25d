import { MarketplaceError } from '@agentmesh/errors';
import type { GuardedClient } from '@agentmesh/http';
import { bypassProxy } from './bypass-proxy.js';
import type { ContentCache } from './content-cache.js';
import type { Credentials } from './credentials.js';
import type { DownloaderOptions } from './downloader.js';
import { forgivingCache } from './forgiving-cache.js';
import { DEFAULT_RETRY_RULES, type RetryRules } from './retry-rules.js';

/** What all requests of a downloader share. */
export interface DownloadEngine {
  /** Loaded and made when it is first needed: what the cache has needs none. */
  client(): Promise<GuardedClient>;
  readonly credentials: Credentials | undefined;
  /** Stops nothing. */
  readonly cache: ContentCache | undefined;
  readonly retry: RetryRules;
  close(): Promise<void>;
}

/** @throws MarketplaceError `PROXY_INVALID` */
export function createEngine(options: DownloaderOptions): DownloadEngine {
  const { allowPrivateHosts, ca, lookup, proxy, credentials } = options;
  checkProxy(proxy?.url);
  const except = proxy?.except ?? [];
  const shared = { allowPrivateHosts, ca, lookup };
  const create = async (): Promise<GuardedClient> => {
    const { createGuardedClient } = await import('@agentmesh/http');
    return createGuardedClient({ ...shared, proxy: proxy?.url, bypassProxy: (url) => bypassProxy(url, except) });
  };
  let client: Promise<GuardedClient> | undefined;
  return {
    client: () => {
      client ??= create();
      return client;
    },
    credentials,
    cache: forgivingCache(options),
    retry: { ...DEFAULT_RETRY_RULES, ...options.retry },
    close: async () => (await client)?.close(),
  };
}

/** The URL of a proxy may hold a password: it is not shown. */
function checkProxy(url: string | undefined): void {
  if (url === undefined || /^https?:$/.test(URL.parse(url)?.protocol ?? '')) return;
  throw new MarketplaceError('Expected the URL of a proxy, http: or https:, got something else', {
    code: 'PROXY_INVALID',
    hint: 'Check HTTPS_PROXY and ALL_PROXY; a SOCKS proxy is not spoken to.',
  });
}
