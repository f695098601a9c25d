import type { Digest } from '@agentmesh/download';
import { MarketplaceError } from '@agentmesh/errors';
import { MAX_MANIFEST_BYTES, type ManifestBytes, type OciRepositorySession } from '@agentmesh/oci';
import type { OciFetch } from './create-resolver.js';

/** Which manifest is wanted. */
export interface WantedManifest {
  /** Its digest, where the source is pinned. */
  readonly pinned: Digest | undefined;
  /** Tag or digest. */
  readonly reference: string;
}

/**
 * The manifest of a reference: a pinned one from the cache, any other from the registry.
 *
 * @throws MarketplaceError `SOURCE_NOT_FOUND`, and what the registry's answer gives
 */
export async function getManifest(
  { cache, context }: Pick<OciFetch, 'cache' | 'context'>,
  session: OciRepositorySession,
  { pinned, reference }: WantedManifest,
): Promise<ManifestBytes> {
  const cached = pinned && (await cache?.find(pinned, { maxBytes: MAX_MANIFEST_BYTES }));
  if (pinned !== undefined && cached !== undefined) return { digest: pinned, bytes: cached, contentType: undefined };
  const found = await session.findManifest(reference);
  context.signal.throwIfAborted();
  if (found === undefined) throw notFound();
  await cache?.put([found.digest], found.bytes);
  return found;
}

function notFound(): MarketplaceError {
  return new MarketplaceError('The registry has nothing there, or does not show it', {
    code: 'SOURCE_NOT_FOUND',
    hint: 'Check the repository and the tag; for a private one give a credential for exactly that registry.',
  });
}
