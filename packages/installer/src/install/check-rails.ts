import { MarketplaceError, printable } from '@agentmesh/errors';
import { compareVersions, isVersion } from '@agentmesh/manifest';
import type { LockedPlugin } from '../state/locked-plugin.js';
import { baseOf } from './base-of.js';
import type { CheckedPlugin } from './check-plugin.js';
import { isUnpinned } from './development-path.js';
import type { InstallSession } from './install-session.js';
import { isMadeVersion } from './is-made-version.js';

/**
 * Refuses what no update does by itself: an older version than there was, and other bytes under a version that is known already,
 * unless it comes from the same folder under development.
 *
 * @throws MarketplaceError `DOWNGRADE_REFUSED`, `VERSION_RETAGGED`, both with the digests of both
 */
export function checkRails(session: InstallSession, checked: CheckedPlugin): void {
  const { rules = {}, current } = session;
  const { name } = checked.plugin;
  const locked = baseOf(session).get(name);
  const known = [locked, current.plugins.get(name)].filter((one) => one !== undefined);
  if (rules.allowRetag !== true) for (const before of known) checkRetag(checked, before);
  const before = known[0];
  if (rules.allowDowngrade !== true && before !== undefined) checkDowngrade(checked, before);
}

function checkRetag({ plugin }: CheckedPlugin, before: LockedPlugin): void {
  const { name, manifest, digest, origin } = plugin;
  // A folder under development is there to be changed.
  if (before.unpinned === true && before.source === origin.source && isUnpinned(origin.source)) return;
  if (manifest.version !== before.version) return;
  const repacked =
    before.integrity !== undefined && origin.integrity !== undefined && before.integrity !== origin.integrity;
  if (digest === before.content_digest && !repacked) return;
  const [had, has] =
    digest === before.content_digest
      ? [before.integrity ?? '', origin.integrity ?? '']
      : [before.content_digest, digest];
  throw new MarketplaceError(
    `${name} ${manifest.version} is not the ${name} ${manifest.version} that is known here: it was ${printable(had)}, and is ${has}`,
    {
      code: 'VERSION_RETAGGED',
      hint: 'A version never changes. Ask its author for a new one; if the change is yours, take it with --allow-retag.',
    },
  );
}

function checkDowngrade({ plugin }: CheckedPlugin, before: LockedPlugin): void {
  const { name, manifest, digest, origin } = plugin;
  if (isMadeVersion(before.version, before.made_manifest) && isMadeVersion(manifest.version, origin.made_manifest))
    return;
  if (!isVersion(before.version) || compareVersions(manifest.version, before.version) >= 0) return;
  throw new MarketplaceError(
    `${name} would go back from ${before.version} (${printable(before.content_digest)}) to ${manifest.version} (${digest})`,
    {
      code: 'DOWNGRADE_REFUSED',
      hint: 'An older version may have faults that the newer one mends. If that is meant, pass --allow-downgrade; `plugin rollback` undoes the last change.',
    },
  );
}
