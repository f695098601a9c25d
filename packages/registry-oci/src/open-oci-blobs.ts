import { ReadableStream } from 'node:stream/web';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkIntegrityInSlices } from '@agentmesh/artifact';
import { isMarketplaceError, MarketplaceError, printable } from '@agentmesh/errors';
import {
  EMPTY_CONFIG,
  EMPTY_TYPE,
  type OciClient,
  type OciManifest,
  type OciRepository,
  type OciRepositorySession,
  PLUGIN_LAYER_TYPE,
  readManifest,
} from '@agentmesh/oci';
import type { BlobStore } from '@agentmesh/registry';
import { integrityTag } from './integrity-tag.js';

/** Where {@link openOciBlobs} keeps archives. */
export interface OciBlobsOptions {
  readonly client: OciClient;
  /** Of the archives alone; any number of servers may share it. */
  readonly repository: OciRepository;
  /** Ends everything under way. */
  readonly signal?: AbortSignal;
  /** For each request, in milliseconds (default 5 minutes). */
  readonly timeoutMs?: number;
  /** Largest archive in bytes (default 100 MiB). */
  readonly maxBytes?: number;
}

/** `artifactType` of the manifest that holds an archive. */
const ARCHIVE_TYPE = 'application/vnd.agentmesh.archive.v1';
const ATTEMPTS = 4;
const PAUSE_MS = 100;
const MAX_BYTES = 100 * 1024 * 1024;

/**
 * A blob store in a repository of an OCI registry. Each archive is the one layer of a manifest under a tag that is the sha512 of
 * the archive in hexadecimal, so that no clean-up of the registry takes it for garbage. An archive that is there is never
 * written again with other bytes: its digest decides what is sent, and what comes back is hashed before anybody sees it.
 *
 * `put` throws INTEGRITY_MISMATCH, `open` BLOB_NOT_FOUND, INTEGRITY_MISMATCH and ARCHIVE_INVALID (something else lies under the
 * tag); both throw what the registry's answers stand for: SOURCE_UNAUTHORIZED, FETCH_FAILED, FETCH_TIMEOUT, PUSH_FAILED.
 */
export function openOciBlobs(options: OciBlobsOptions): BlobStore {
  const { maxBytes = MAX_BYTES } = options;
  return {
    async put(bytes, integrity) {
      const tag = integrityTag(integrity);
      await checkIntegrityInSlices(bytes, integrity);
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await push(openSession(options, 'push'), bytes, tag);
        } catch (error) {
          // A registry that takes the same blob from several servers at once may for a moment not know it.
          if (!isMarketplaceError(error) || error.code !== 'PUSH_FAILED' || attempt === ATTEMPTS) throw error;
          await sleep(PAUSE_MS * attempt, undefined, { signal: options.signal });
        }
      }
    },
    async open(integrity) {
      const tag = integrityTag(integrity);
      const session = openSession(options, 'pull');
      const found = await session.findManifest(tag);
      if (found === undefined) throw blobMissing(integrity);
      const layer = onlyLayer(readManifest(found.bytes, found.contentType));
      const bytes = await session.getBlob(layer, { maxBytes });
      await checkIntegrityInSlices(bytes, integrity);
      return ReadableStream.from([bytes]);
    },
  };
}

async function push(session: OciRepositorySession, bytes: Uint8Array, tag: string): Promise<void> {
  const { descriptor } = await session.putBlob(bytes, { mediaType: PLUGIN_LAYER_TYPE });
  await session.putBlob(EMPTY_CONFIG.bytes, { mediaType: EMPTY_TYPE });
  const manifest = { artifactType: ARCHIVE_TYPE, config: EMPTY_CONFIG.descriptor, layers: [descriptor] };
  await session.putManifest(manifest, tag);
}

function openSession(options: OciBlobsOptions, access: 'pull' | 'push'): OciRepositorySession {
  const { client, repository, timeoutMs } = options;
  const signal = options.signal ?? new AbortController().signal;
  return client.open(repository, { access, signal, timeoutMs });
}

function onlyLayer({ artifactType, layers }: OciManifest): OciManifest['layers'][number] {
  const [layer] = layers;
  if (artifactType === ARCHIVE_TYPE && layers.length === 1 && layer !== undefined) return layer;
  throw new MarketplaceError('Under the tag of an archive lies something else in the OCI registry', {
    code: 'ARCHIVE_INVALID',
    hint: 'Keep the repository to the archives of the plugin registry, and publish or copy the version again.',
  });
}

function blobMissing(integrity: string): MarketplaceError {
  return new MarketplaceError(`The files of ${printable(integrity)} are not in the OCI registry`, {
    code: 'BLOB_NOT_FOUND',
    hint: 'Publish or copy the version again.',
  });
}
