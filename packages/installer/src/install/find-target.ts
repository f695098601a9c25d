import { MarketplaceError, printable } from '@agentmesh/errors';
import { satisfies } from '@agentmesh/manifest';
import { formatSource } from '@agentmesh/resolver';
import type { Target } from '../dependencies/candidate.js';
import { baseOf } from './base-of.js';
import { checkCollision } from './check-collision.js';
import { fetchFromSource } from './fetch-from-source.js';
import type { InstallSession } from './install-session.js';
import { type PluginCandidate, stagedCandidate } from './plugin-candidate.js';
import { type InstallTarget, registrySource } from './read-target.js';
import { offerRoot, toRange } from './registry-offers.js';
import { showSource } from './show-source.js';

/**
 * What there is of something that was asked for: versions of the registry, or what a source holds, which is fetched for that.
 *
 * @param version a version or range, besides what the target says itself
 * @throws MarketplaceError `NAME_COLLISION`, `VERSION_NOT_FOUND`; `SOURCE_SYNTAX` for a secret in a source; what the registry and the source throw
 */
export async function findTarget(
  session: InstallSession,
  target: InstallTarget,
  version?: string,
): Promise<Target<PluginCandidate>> {
  if (target.kind === 'registry') {
    checkCollision(baseOf(session), target.name, registrySource(target.name));
    return offerRoot(session, target.name, version ?? target.version);
  }
  if (session.project !== undefined) assertShareable(formatSource(target.source));
  const plugin = await fetchFromSource(session, target.source);
  const { manifest, source } = plugin;
  checkCollision(baseOf(session), manifest.name, source);
  if (!satisfies(manifest.version, toRange(version))) {
    throw new MarketplaceError(
      `${printable(source)} has version ${manifest.version}, not ${printable(version ?? '')}`,
      { code: 'VERSION_NOT_FOUND', hint: 'Leave the version out, or name a source that has it.' },
    );
  }
  return { name: manifest.name, candidates: [stagedCandidate(plugin)] };
}

/** What a project writes down is committed, and a password or token does not belong there. */
function assertShareable(source: string): void {
  const shown = showSource(source);
  if (shown === printable(source)) return;
  throw new MarketplaceError(`${shown} holds credentials, and would be written into agentmesh.yaml`, {
    code: 'SOURCE_SYNTAX',
    hint: 'Leave them out of the source, and hand them over in the environment.',
  });
}
