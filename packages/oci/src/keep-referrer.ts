import type { Digest } from '@agentmesh/download';
import { findManifest } from './get-manifest.js';
import { INDEX_TYPE } from './media-types.js';
import { describeBytes, type OciDescriptor } from './oci-descriptor.js';
import { readIndex } from './oci-manifest.js';
import { referrersTag } from './referrers-tag.js';
import type { RegistrySession } from './registry-session.js';

/** How the list is kept. */
export interface ReferrerKeeper {
  readonly session: RegistrySession;
  put(bytes: Uint8Array, descriptor: OciDescriptor, reference: string): Promise<unknown>;
}

/**
 * Adds a referrer to the list under the tag of its subject, for registries without the referrers API (distribution
 * specification 1.1, "Referrers Tag Schema"). Two that do so at the same moment may lose one of them: the specification
 * has no way around that.
 *
 * @throws MarketplaceError as the requests; `ARCHIVE_INVALID` when something else lies under that tag
 */
export async function keepReferrer(subject: Digest, referrer: OciDescriptor, keeper: ReferrerKeeper): Promise<void> {
  const tag = referrersTag(subject);
  const found = await findManifest(keeper.session, tag);
  const listed = found === undefined ? [] : readIndex(found.bytes);
  if (listed.some(({ digest }) => digest === referrer.digest)) return;
  const index = { schemaVersion: 2, mediaType: INDEX_TYPE, manifests: [...listed, referrer] };
  const bytes = Buffer.from(JSON.stringify(index));
  await keeper.put(bytes, describeBytes(bytes, INDEX_TYPE), tag);
}
