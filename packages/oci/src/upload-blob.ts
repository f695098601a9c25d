import { MarketplaceError } from '@agentmesh/errors';
import { describeBytes, type OciDescriptor } from './oci-descriptor.js';
import type { RegistrySession } from './registry-session.js';

/** Bytes on their way to a registry. */
export interface BlobUpload {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** Larger ones go in pieces of this many bytes. */
  readonly chunkBytes: number;
  readonly onProgress?: ((sent: number) => void) | undefined;
}

/** A blob that is in the registry now. */
export interface UploadedBlob {
  readonly descriptor: OciDescriptor;
  /** False when it was there already. */
  readonly uploaded: boolean;
}

/**
 * Puts a blob into the repository unless it is there (distribution specification 1.1, "Pushing Blobs": POST then PUT, or
 * POST, PATCHes and PUT).
 *
 * @throws MarketplaceError `SOURCE_UNAUTHORIZED`, `SOURCE_NOT_FOUND`, `PUSH_FAILED`, `FETCH_FAILED`, `FETCH_TIMEOUT`
 */
export async function uploadBlob(session: RegistrySession, upload: BlobUpload): Promise<UploadedBlob> {
  const { bytes, mediaType, chunkBytes, onProgress } = upload;
  const descriptor = describeBytes(bytes, mediaType);
  if (await hasBlob(session, descriptor)) return { descriptor, uploaded: false };
  let location = await begin(session);
  const inPieces = bytes.length > chunkBytes;
  if (inPieces) {
    for (let start = 0; start < bytes.length; start += chunkBytes) {
      location = await sendPiece(session, location, { start, piece: bytes.subarray(start, start + chunkBytes) });
      onProgress?.(Math.min(start + chunkBytes, bytes.length));
    }
  }
  await finish(session, location, { descriptor, body: inPieces ? new Uint8Array() : bytes });
  onProgress?.(bytes.length);
  return { descriptor, uploaded: true };
}

/**
 * True for a blob that the repository has, with just that size where the registry says one.
 *
 * @throws MarketplaceError as `uploadBlob`
 */
export async function hasBlob(session: RegistrySession, { digest, size }: OciDescriptor): Promise<boolean> {
  const response = await session.exchange({ method: 'HEAD', url: session.url(`blobs/${digest}`) });
  if (response.status !== 200 && response.status !== 404) throw await session.refusal(response);
  await response.discard();
  return response.status === 200 && (response.header('content-length') ?? String(size)) === String(size);
}

async function begin(session: RegistrySession): Promise<URL> {
  const url = session.url('blobs/uploads/');
  const response = await session.exchange({ method: 'POST', url });
  if (response.status !== 202) throw await session.refusal(response);
  await response.discard();
  return readLocation(response.header('location'), url);
}

async function sendPiece(
  session: RegistrySession,
  url: URL,
  { start, piece }: { start: number; piece: Uint8Array },
): Promise<URL> {
  const last = start + piece.length - 1;
  const headers = { 'content-type': 'application/octet-stream', 'content-range': `${start}-${last}` };
  const response = await session.exchange({ method: 'PATCH', url, headers, body: piece });
  if (response.status !== 202) throw await session.refusal(response);
  await response.discard();
  if ((response.header('range') ?? `0-${last}`) !== `0-${last}`) throw incomplete();
  return readLocation(response.header('location'), url);
}

async function finish(
  session: RegistrySession,
  location: URL,
  { descriptor, body }: { descriptor: OciDescriptor; body: Uint8Array },
): Promise<void> {
  const url = new URL(location);
  url.searchParams.set('digest', descriptor.digest);
  const headers = { 'content-type': 'application/octet-stream' };
  const response = await session.exchange({ method: 'PUT', url, headers, body });
  if (response.status !== 201) throw await session.refusal(response);
  await response.discard();
  if ((response.header('docker-content-digest') ?? descriptor.digest) !== descriptor.digest) throw incomplete();
}

function readLocation(location: string | undefined, base: URL): URL {
  const url = location === undefined ? null : URL.parse(location, base.href);
  if (url !== null) return url;
  throw new MarketplaceError('The registry does not say where to upload to', {
    code: 'PUSH_FAILED',
    hint: 'Try again, or tell whoever runs the registry.',
  });
}

function incomplete(): MarketplaceError {
  return new MarketplaceError('The registry did not take all that was sent', {
    code: 'PUSH_FAILED',
    hint: 'Try again: the upload begins anew.',
  });
}
