import { createHash } from 'node:crypto';
import type { Digest } from '@agentmesh/download';
import { MarketplaceError } from '@agentmesh/errors';
import { INDEX_TYPE, MANIFEST_TYPE } from './media-types.js';
import type { RegistrySession } from './registry-session.js';

/** A manifest's bytes, verified. */
export interface ManifestBytes {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  /** What the registry said that it is. */
  readonly contentType: string | undefined;
}

/** Most bytes of a manifest: what the distribution specification asks registries to take at least. */
export const MAX_MANIFEST_BYTES: number = 4 * 1024 * 1024;

const ACCEPTED = `${MANIFEST_TYPE}, ${INDEX_TYPE}`;

/**
 * Brings a manifest by tag or digest; undefined when there is none.
 *
 * @throws MarketplaceError `SOURCE_NOT_FOUND` (denied without a credential), `SOURCE_UNAUTHORIZED`, `FETCH_FAILED`,
 * `FETCH_TIMEOUT`, `FETCH_TOO_LARGE` (over 4 MiB), `INTEGRITY_MISMATCH`
 */
export async function findManifest(session: RegistrySession, reference: string): Promise<ManifestBytes | undefined> {
  const response = await session.exchange({
    url: session.url(`manifests/${reference}`),
    headers: { accept: ACCEPTED },
    maxBytes: MAX_MANIFEST_BYTES,
  });
  if (response.status === 404) {
    await response.discard();
    return undefined;
  }
  if (response.status !== 200) throw await session.refusal(response);
  const bytes = await response.bytes();
  const digest: Digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const announced = response.header('docker-content-digest');
  for (const expected of [reference, announced ?? digest]) {
    if (expected.startsWith('sha256:') && expected !== digest) throw mismatch(digest);
  }
  return { digest, bytes, contentType: response.header('content-type') };
}

function mismatch(digest: string): MarketplaceError {
  return new MarketplaceError(`The registry's manifest is not the one asked for: it has the digest ${digest}`, {
    code: 'INTEGRITY_MISMATCH',
    hint: 'Try again; if it stays, something changes what the registry sends: do not use it.',
  });
}
