import type { Digest } from './digest.js';

/** What every request takes. */
export interface RequestBasics {
  /** Untrusted; `https:`, or `http:` for loopback that is listed. Nothing but its host is ever shown. */
  readonly url: string | URL;
  /** Its abort ends everything at once, and rejects with its reason. */
  readonly signal: AbortSignal;
  /** For all of it, retries and waiting included, in milliseconds (default 5 minutes). */
  readonly timeoutMs?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * The Authorization header. Left out, the credentials of the downloader are asked for the URL's host; false sends none.
   * A function is called once a request is really made, so that what the cache has needs no log-in; undefined sends none then.
   * A redirect to another origin never gets it.
   */
  readonly authorization?: string | false | (() => Promise<string | undefined>) | undefined;
  /** Most redirects (default 5); each target is checked like the first. 0 makes a redirect an answer. */
  readonly maxRedirects?: number | undefined;
}

/** One exchange; see `Downloader.request`. */
export interface ExchangeRequest extends RequestBasics {
  readonly method?: string | undefined;
  readonly body?: string | Uint8Array | undefined;
  /** Largest body of the answer in bytes (default 100 MiB). */
  readonly maxBytes?: number | undefined;
}

/** How far a download is. */
export interface DownloadProgress {
  readonly bytes: number;
  /** Where the server said so. */
  readonly totalBytes?: number;
}

/** One file to bring here. */
export interface DownloadRequest extends RequestBasics {
  /** Most bytes, counted while they arrive. */
  readonly maxBytes: number;
  /** What the bytes must be; with it the cache is asked first, and then no network is used. */
  readonly digest?: Digest | undefined;
  /** How many bytes they must be, where that is known: one more ends the download (`INTEGRITY_MISMATCH`). */
  readonly size?: number | undefined;
  /** Called for each piece; the bytes never go back. Must not throw. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}
