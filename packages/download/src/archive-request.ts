import type { Tree, TreeLimits } from '@agentmesh/artifact';
import type { FetchContext } from '@agentmesh/resolver';
import type { Digest } from './digest.js';
import type { RequestBasics } from './download-request.js';

/** An archive to bring here and unpack. */
export interface ArchiveRequest extends Pick<RequestBasics, 'url' | 'headers' | 'authorization' | 'maxRedirects'> {
  /** What the resolver was given: its signal, its limits (`maxBytes` counts the archive, and again what comes out of it) and its progress. */
  readonly context: FetchContext;
  /** What the archive must be; with it the cache is asked first, and then no network is used. */
  readonly digest?: Digest | undefined;
  /** How many bytes the archive must have, where that is known: one more ends the download (`INTEGRITY_MISMATCH`). */
  readonly size?: number | undefined;
  /** `lift`: when everything lies in one top folder, as in npm's `package/`, its content takes its place (default `keep`). */
  readonly top?: 'keep' | 'lift' | undefined;
  /** Limits of the tree beside those of the context; the smaller ones count. */
  readonly limits?: Partial<TreeLimits> | undefined;
}

/** An archive that was fetched, verified and unpacked. */
export interface FetchedArchive {
  /** What lies in the target now. */
  readonly tree: Tree;
  readonly sha256: Digest;
  readonly sha512: Digest;
  /** Size of the archive in bytes. */
  readonly size: number;
  /** True when the cache had it, and no network was used. */
  readonly cached: boolean;
}
