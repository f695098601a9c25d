import { MarketplaceError } from '@agentmesh/errors';
import { compareVersions, isVersion, satisfies } from '@agentmesh/manifest';
import type { RegistrySpec } from './parse-registry-spec.js';
import type { SourceEntry } from './version-source.js';

/**
 * The newest version that the range allows: an active one, else a deprecated one; a yanked one when it alone was named.
 *
 * @throws MarketplaceError `SOURCE_NOT_FOUND`
 */
export function pickEntry<E extends SourceEntry>(entries: readonly E[], { name, range, version }: RegistrySpec): E {
  const fitting = entries
    .filter(
      ({ manifest }) => manifest.name === name && isVersion(manifest.version) && satisfies(manifest.version, range),
    )
    .toSorted((a, b) => compareVersions(b.manifest.version, a.manifest.version));
  const exact = fitting.find(({ manifest }) => manifest.version === version);
  const newest = (state: SourceEntry['status']['state']): E | undefined =>
    fitting.find(({ status }) => status.state === state);
  const picked = exact ?? newest('active') ?? newest('deprecated');
  if (picked !== undefined) return picked;
  const problem = entries.length === 0 ? `lists no plugin "${name}"` : `has no version of "${name}" that fits`;
  throw new MarketplaceError(`The registry ${problem}`, {
    code: 'SOURCE_NOT_FOUND',
    hint: entries.length === 0 ? 'Check the name.' : 'Ask for another version; a yanked one has to be named exactly.',
  });
}
