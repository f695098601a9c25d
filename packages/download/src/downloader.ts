import type { MarketplaceError } from '@agentmesh/errors';
import type { GuardedResponse, Lookup } from '@agentmesh/http';
import type { ArchiveRequest, FetchedArchive } from './archive-request.js';
import type { ContentCache } from './content-cache.js';
import type { Credentials } from './credentials.js';
import type { Download, DownloadedFile } from './download.js';
import type { DownloadRequest, ExchangeRequest } from './download-request.js';
import type { ProxySettings } from './proxy-settings.js';
import type { RetryRules } from './retry-rules.js';

/** What a {@link Downloader} may reach, and with what. */
export interface DownloaderOptions {
  /** Hosts, addresses and CIDR ranges beyond the internet that may be reached; cloud metadata addresses never are. */
  readonly allowPrivateHosts?: readonly string[] | undefined;
  /** Certificates in PEM that are trusted beside the system's. */
  readonly ca?: string | readonly string[] | undefined;
  /** Resolves names (default: the system). */
  readonly lookup?: Lookup | undefined;
  /** See `proxyFromEnvironment`. */
  readonly proxy?: ProxySettings | undefined;
  readonly credentials?: Credentials | undefined;
  /** Where archives and downloads of a known digest are kept; without one everything comes over the network. */
  readonly cache?: ContentCache | undefined;
  /** Unset ones keep their default. */
  readonly retry?: Partial<RetryRules> | undefined;
  /** Told of what did not stop a fetch: a cache that cannot be read or written. Must not throw. */
  readonly onProblem?: ((problem: MarketplaceError) => void) | undefined;
}

/**
 * The one download step of all schemes that speak HTTP. Every failure is one of `FETCH_ERROR_CODES` with a message of our
 * own that names the host and nothing else of the URL; an abort rejects with the signal's reason.
 */
export interface Downloader {
  /**
   * One exchange; every status is an answer. GET, HEAD, PUT and DELETE are tried again when the connection breaks before the
   * answer and on 429, 500, 502, 503 and 504; the last answer is given then.
   *
   * @throws MarketplaceError `FETCH_FAILED`, `FETCH_TIMEOUT`; reading the body besides `FETCH_TOO_LARGE`
   */
  request(request: ExchangeRequest): Promise<GuardedResponse>;
  /**
   * Brings a file into memory. A connection that breaks is resumed (RFC 9110, 14.2 with If-Range), or begun anew where the
   * file changed meanwhile.
   *
   * @throws MarketplaceError `SOURCE_NOT_FOUND` (404, 410; 401 and 403 when no credential was sent), `SOURCE_UNAUTHORIZED`
   * (401 and 403 with one), `FETCH_TOO_LARGE`, `FETCH_TIMEOUT`, `FETCH_FAILED`, `INTEGRITY_MISMATCH`
   */
  download(request: DownloadRequest): Promise<Download>;
  /** As `download`, into a new file at `path`, which is removed again on failure. */
  downloadToFile(request: DownloadRequest, path: string): Promise<DownloadedFile>;
  /**
   * Brings an archive (`.tgz`, `.tar`, `.zip`) and unpacks it behind the guards of `@agentmesh/artifact` into `target`, an
   * absent or empty folder, which is empty or absent again on failure.
   *
   * @throws MarketplaceError as `download`, and `ARCHIVE_INVALID`, `TREE_UNSAFE`, `TARGET_NOT_EMPTY`
   */
  fetchArchive(request: ArchiveRequest, target: string): Promise<FetchedArchive>;
  /** Closes its connections; idle ones do not keep a process alive. */
  close(): Promise<void>;
}
