import { MarketplaceError } from '@agentmesh/errors';
import { keepReferrer } from './keep-referrer.js';
import { MANIFEST_TYPE } from './media-types.js';
import { describeBytes, type OciDescriptor } from './oci-descriptor.js';
import { formatManifest, type OciManifest } from './oci-manifest.js';
import type { RegistrySession } from './registry-session.js';

/**
 * Puts a manifest under its digest, and under a tag if one is given. One with a subject is listed among that one's
 * referrers, by ourselves where the registry does not know of them.
 *
 * @throws MarketplaceError `SOURCE_UNAUTHORIZED`, `SOURCE_NOT_FOUND`, `PUSH_FAILED`, `INTEGRITY_MISMATCH`, `FETCH_FAILED`, `FETCH_TIMEOUT`
 */
export async function putManifest(
  session: RegistrySession,
  manifest: OciManifest,
  tag?: string,
): Promise<OciDescriptor> {
  const bytes = formatManifest(manifest);
  const { artifactType, annotations, subject } = manifest;
  const descriptor: OciDescriptor = {
    ...describeBytes(bytes, MANIFEST_TYPE),
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  const knownSubject = await putBytes(session, { bytes, descriptor, reference: tag ?? descriptor.digest });
  if (subject !== undefined && knownSubject !== subject.digest) {
    await keepReferrer(subject.digest, descriptor, {
      session,
      put: (index, indexDescriptor, reference) =>
        putBytes(session, { bytes: index, descriptor: indexDescriptor, reference }),
    });
  }
  return descriptor;
}

/** Answers the subject that the registry took note of (distribution specification 1.1, "Pushing Manifests with Subject"). */
async function putBytes(
  session: RegistrySession,
  { bytes, descriptor, reference }: { bytes: Uint8Array; descriptor: OciDescriptor; reference: string },
): Promise<string | undefined> {
  const response = await session.exchange({
    method: 'PUT',
    url: session.url(`manifests/${reference}`),
    headers: { 'content-type': descriptor.mediaType },
    body: bytes,
  });
  if (response.status !== 201) throw await session.refusal(response);
  await response.discard();
  const stored = response.header('docker-content-digest');
  if (stored === undefined || stored === descriptor.digest) return response.header('oci-subject');
  throw new MarketplaceError('The registry stored another manifest than the one that was pushed', {
    code: 'INTEGRITY_MISMATCH',
    hint: 'Something changes what is sent on the way: do not use what is there.',
  });
}
