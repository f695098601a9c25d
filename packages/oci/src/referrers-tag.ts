import type { Digest } from '@agentmesh/download';

const MAX_TAG = 128;

/** The tag under which the referrers of a manifest are listed where a registry has no API for them (distribution specification 1.1). */
export function referrersTag(subject: Digest): string {
  return subject.replace(':', '-').slice(0, MAX_TAG);
}
