import { MarketplaceError } from '@agentmesh/errors';
import rcompare from 'semver/functions/rcompare.js';
import satisfies from 'semver/functions/satisfies.js';
import valid from 'semver/functions/valid.js';
import type { WantedVersion } from './npm-spec.js';
import { isDeprecated, type Packument } from './packument.js';

/**
 * Picks a version as npm does: the tag's; of a range the one that is tagged `latest` when it is in it, else the highest in
 * it. A deprecated one is picked only when there is no other.
 *
 * @throws MarketplaceError `SOURCE_NOT_FOUND`
 */
export function pickVersion({ versions, tags }: Packument, { kind, text }: WantedVersion): string {
  const picked = kind === 'range' ? pickInRange({ versions, tags }, text) : kind === 'tag' ? tags.get(text) : text;
  if (typeof picked === 'string' && valid(picked) === picked && versions.has(picked)) return picked;
  throw new MarketplaceError(`The package has no version for ${kind === 'exact' ? '' : `the ${kind} `}"${text}"`, {
    code: 'SOURCE_NOT_FOUND',
    hint: 'Check the version; npm view lists what there is.',
  });
}

function pickInRange({ versions, tags }: Packument, range: string): string | undefined {
  const latest = tags.get('latest');
  const fits = (version: string): boolean => satisfies(version, range);
  if (typeof latest === 'string' && versions.has(latest) && (range === '*' || fits(latest))) {
    if (!isDeprecated(versions.get(latest))) return latest;
  }
  const fitting = [...versions.keys()].filter((version) => valid(version) === version && fits(version)).sort(rcompare);
  return fitting.find((version) => !isDeprecated(versions.get(version))) ?? fitting[0];
}
