import type { Digest, Downloader, DownloaderOptions, DownloadRequest } from '@agentmesh/download';
import type { ManifestBytes } from './get-manifest.js';
import type { OciDescriptor } from './oci-descriptor.js';
import type { OciManifest } from './oci-manifest.js';
import type { OciRepository } from './oci-reference.js';
import type { UploadedBlob } from './upload-blob.js';

/** What an {@link OciClient} may reach, and how. */
export interface OciClientOptions extends DownloaderOptions {
  /** How registries at `localhost`, `127.…` and `[::1]` are spoken to (default `http`, as other clients do); all others by https. */
  readonly loopback?: 'http' | 'https' | undefined;
  /**
   * Token servers on other hosts that may be shown a registry's credential, by registry:
   * `{ 'registry.example': ['auth.example'] }`, beside those of Docker Hub and GitLab.
   */
  readonly tokenHosts?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Blobs beyond this many bytes are uploaded in pieces of it (default 16 MiB). */
  readonly chunkBytes?: number | undefined;
}

/** What a repository is opened for. */
export interface OpenRepositoryOptions {
  readonly access: 'pull' | 'push';
  readonly signal: AbortSignal;
  /** For each request, in milliseconds (default 5 minutes). */
  readonly timeoutMs?: number | undefined;
}

/** What a download of a blob needs, to be spread into a request of the downloader. */
export type BlobRequest = Pick<DownloadRequest, 'url' | 'digest' | 'size' | 'authorization'>;

/** A client of OCI registries (distribution specification 1.1), for pull and push. */
export interface OciClient {
  /** The download step that it works with. */
  readonly downloader: Downloader;
  /** Opens a repository; nothing is sent yet. */
  open(repository: OciRepository, options: OpenRepositoryOptions): OciRepositorySession;
}

/**
 * One repository for as long as a pull or push lasts, with its log-in. Everything read is verified against its digest.
 * All methods throw MarketplaceErrors: `SOURCE_NOT_FOUND`, `SOURCE_UNAUTHORIZED`, `FETCH_FAILED`, `FETCH_TIMEOUT`,
 * `FETCH_TOO_LARGE`, `INTEGRITY_MISMATCH`, `ARCHIVE_INVALID`; those that write also `PUSH_FAILED`. An abort rejects with
 * the signal's reason.
 */
export interface OciRepositorySession {
  /** A manifest by tag or digest; undefined when it is not there. */
  findManifest(reference: string): Promise<ManifestBytes | undefined>;
  /** Bytes of a blob in memory. */
  getBlob(descriptor: OciDescriptor, limits: { readonly maxBytes: number }): Promise<Uint8Array>;
  /** For a download of one's own; the log-in is made once the download really asks for it. */
  blobRequest(descriptor: OciDescriptor): BlobRequest;
  /** True for a blob that is there. */
  hasBlob(descriptor: OciDescriptor): Promise<boolean>;
  /** Puts a blob unless it is there. */
  putBlob(
    bytes: Uint8Array,
    options: { readonly mediaType: string; readonly onProgress?: ((sent: number) => void) | undefined },
  ): Promise<UploadedBlob>;
  /** Puts a manifest under its digest, and under a tag if one is given. */
  putManifest(manifest: OciManifest, tag?: string): Promise<OciDescriptor>;
  /** What refers to a manifest, by the API or by the tag that stands in for it. */
  listReferrers(subject: Digest, artifactType?: string): Promise<readonly OciDescriptor[]>;
}
