import { createDownloader } from '@agentmesh/download';
import { findManifest } from './get-manifest.js';
import { listReferrers } from './list-referrers.js';
import type { OciClient, OciClientOptions, OciRepositorySession, OpenRepositoryOptions } from './oci-client.js';
import type { OciRepository } from './oci-reference.js';
import { putManifest } from './put-manifest.js';
import { RegistrySession } from './registry-session.js';
import { hasBlob, uploadBlob } from './upload-blob.js';

const CHUNK_BYTES = 16 * 1024 * 1024;
const LOOPBACK = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])$/;
/** Registries whose token server has a host of its own, which they say in their own documentation. */
const TOKEN_HOSTS: Readonly<Record<string, readonly string[]>> = {
  'registry-1.docker.io': ['auth.docker.io'],
  'registry.gitlab.com': ['gitlab.com'],
};

/**
 * Makes a client of OCI registries.
 *
 * @throws MarketplaceError `PROXY_INVALID`
 */
export function createOciClient(options: OciClientOptions = {}): OciClient {
  const { loopback = 'http', tokenHosts, chunkBytes = CHUNK_BYTES, ...rest } = options;
  const downloader = createDownloader(rest);
  const open = (repository: OciRepository, opening: OpenRepositoryOptions): OciRepositorySession => {
    const session = new RegistrySession({
      downloader,
      credentials: options.credentials,
      registry: registryUrl(repository.registry, loopback),
      repository: repository.repository,
      tokenHosts: [...(TOKEN_HOSTS[repository.registry] ?? []), ...(tokenHosts?.[repository.registry] ?? [])],
      access: opening.access,
      signal: opening.signal,
      timeoutMs: opening.timeoutMs,
    });
    return bind(session, chunkBytes);
  };
  return { downloader, open };
}

/** Plain http is for loopback alone; that it is listed, the download step sees to. */
function registryUrl(registry: string, loopback: 'http' | 'https'): URL {
  const url = new URL(`https://${registry}/`);
  return LOOPBACK.test(url.hostname) ? new URL(`${loopback}://${registry}/`) : url;
}

function bind(session: RegistrySession, chunkBytes: number): OciRepositorySession {
  const { downloader, signal, timeoutMs } = session.options;
  const blobRequest: OciRepositorySession['blobRequest'] = (descriptor) => ({
    url: session.url(`blobs/${descriptor.digest}`),
    digest: descriptor.digest,
    size: descriptor.size,
    authorization: async () => {
      // Nothing was asked of the registry yet when the manifest came from a cache.
      if (session.authorization === undefined) await hasBlob(session, descriptor);
      return session.authorization;
    },
  });
  return {
    findManifest: (reference) => findManifest(session, reference),
    getBlob: async (descriptor, { maxBytes }) =>
      (await downloader.download({ ...blobRequest(descriptor), maxBytes, signal, timeoutMs })).bytes,
    blobRequest,
    hasBlob: (descriptor) => hasBlob(session, descriptor),
    putBlob: (bytes, upload) => uploadBlob(session, { ...upload, bytes, chunkBytes }),
    putManifest: (manifest, tag) => putManifest(session, manifest, tag),
    listReferrers: (subject, artifactType) => listReferrers(session, subject, artifactType),
  };
}
