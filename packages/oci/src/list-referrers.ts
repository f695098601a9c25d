import type { Digest } from '@agentmesh/download';
import { MarketplaceError } from '@agentmesh/errors';
import { findManifest, MAX_MANIFEST_BYTES } from './get-manifest.js';
import { INDEX_TYPE } from './media-types.js';
import type { OciDescriptor } from './oci-descriptor.js';
import { readIndex } from './oci-manifest.js';
import { referrersTag } from './referrers-tag.js';
import type { RegistrySession } from './registry-session.js';

const MAX_PAGES = 20;

/**
 * What refers to a manifest, all of it or of one kind; from the list under the tag of its digest where the registry has no
 * referrers API.
 *
 * @throws MarketplaceError as `findManifest`; `ARCHIVE_INVALID`
 */
export async function listReferrers(
  session: RegistrySession,
  subject: Digest,
  artifactType?: string,
): Promise<readonly OciDescriptor[]> {
  const listed = (await askForReferrers(session, subject)) ?? (await readTag(session, subject));
  return artifactType === undefined ? listed : listed.filter((one) => one.artifactType === artifactType);
}

/** Undefined where the registry has no such API. */
async function askForReferrers(session: RegistrySession, subject: Digest): Promise<OciDescriptor[] | undefined> {
  const listed: OciDescriptor[] = [];
  let url: URL | undefined = session.url(`referrers/${subject}`);
  for (let page = 0; url !== undefined; page += 1) {
    if (page === MAX_PAGES) throw tooMany();
    const response = await session.exchange({ url, headers: { accept: INDEX_TYPE }, maxBytes: MAX_MANIFEST_BYTES });
    if (page === 0 && (response.status === 404 || response.status === 405)) {
      await response.discard();
      return undefined;
    }
    if (response.status !== 200) throw await session.refusal(response);
    listed.push(...readIndex(await response.bytes()));
    url = nextPage(response.header('link'), url);
  }
  return listed;
}

async function readTag(session: RegistrySession, subject: Digest): Promise<readonly OciDescriptor[]> {
  const found = await findManifest(session, referrersTag(subject));
  return found === undefined ? [] : readIndex(found.bytes);
}

/** RFC 8288; a page of another origin is no page of this list. */
function nextPage(link: string | undefined, current: URL): URL | undefined {
  const [, target] = /^\s*<([^<>]{1,2048})>\s*;.*\brel="?next"?/.exec(link ?? '') ?? [];
  const url = target === undefined ? null : URL.parse(target, current.href);
  return url === null || url.origin !== current.origin ? undefined : url;
}

function tooMany(): MarketplaceError {
  return new MarketplaceError(`The registry lists referrers on more than ${MAX_PAGES} pages`, {
    code: 'FETCH_TOO_LARGE',
    hint: 'Ask for one kind of artifact.',
  });
}
