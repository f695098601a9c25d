import type { Digest } from './digest.js';

/** A download that is complete and, where a digest was given, verified. */
export interface Download {
  readonly bytes: Uint8Array;
  readonly sha256: Digest;
  readonly sha512: Digest;
  /** True when the cache had it, and no network was used. */
  readonly cached: boolean;
  /** The first header of a name in the server's answer; undefined for all when it came from the cache. */
  header(name: string): string | undefined;
}

/** A {@link Download} that lies in a file instead of memory. */
export interface DownloadedFile extends Omit<Download, 'bytes'> {
  readonly path: string;
  readonly size: number;
}
