import type { FetchLimits } from './fetch-limits.js';

/**
 * The port of the source axis: one scheme, one way to bring a plugin's files here. Write one as a factory
 * `createResolver(options): SourceResolver` and prove it with `checkResolver` of `@agentmesh/testkit`.
 */
export interface SourceResolver {
  /** `[a-z][a-z0-9+.-]*` after RFC 3986, section 3.1: `github`. */
  readonly scheme: string;
  /**
   * Fills the empty folder `target`. Checks `spec` before any I/O (`SOURCE_SYNTAX`), counts `context.limits` while bytes
   * arrive (`FETCH_TOO_LARGE`), stops within a second of `context.signal` and leaves `target` empty or absent when it fails.
   * Calls may run at the same time. Every expected failure is a `MarketplaceError` with one of `FETCH_ERROR_CODES`,
   * without credentials and without raw text of a server or a child process.
   *
   * @param spec what stands after `scheme://`, untrusted
   * @param target absolute path of an empty folder that belongs to this fetch alone
   */
  fetch(spec: string, target: string, context: FetchContext): Promise<FetchedPlugin>;
}

/** What a fetch is given beside the source. */
export interface FetchContext {
  /** Aborts when the caller gives up and when the deadline passes. */
  readonly signal: AbortSignal;
  readonly limits: FetchLimits;
  readonly onProgress?: (progress: FetchProgress) => void;
  /**
   * `required`: a reference that may move (a branch, a tag, a range, `latest`, none) is refused with `SOURCE_UNPINNED`,
   * before any network use. Full commit ids, digests and exact versions pass. Left out, everything may be fetched.
   */
  readonly pinned?: 'required';
}

/** How far a fetch is. */
export interface FetchProgress {
  /** Bytes that arrived so far. */
  readonly bytes: number;
  /** Files that are complete. */
  readonly files: number;
  /** Bytes to expect, where the source says so. */
  readonly totalBytes?: number;
}

/** What a resolver answers. */
export interface FetchedPlugin {
  /** Counts for plugins without a manifest only; see `resolverName`. */
  readonly name: string;
  /** The same source with its reference pinned, as `scheme://spec`. */
  readonly resolved: string;
  /** What the reference stood for: a commit id, a digest, a version. Absent where the source has no revisions. */
  readonly revision?: string;
}
