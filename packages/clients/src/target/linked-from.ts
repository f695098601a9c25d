import { dirname, join, relative, resolve } from 'node:path';
import type { WantedTarget } from '../journal/owned-target.js';
import { isInside, type Place } from '../place/resolve-place.js';
import { digestLink } from './skill-folder.js';

/**
 * Has the link of a skill say the way from its place: relative where both its ends are in the same folder, which can then be moved.
 * Any other target stays as it is.
 *
 * @param baseDir the folder as it was named, which its parts are named after
 */
export function linkedFrom(target: WantedTarget, baseDir: string, place: Place): WantedTarget {
  const { link, source } = target;
  if (link === undefined || source === undefined) return target;
  const below = [resolve(baseDir), place.base].find((base) => isInside(base, resolve(source)));
  const end = below === undefined ? resolve(source) : join(place.base, relative(below, resolve(source)));
  const said = below === undefined ? end : relative(dirname(place.path), end);
  return { ...target, link: said, digest: digestLink(said) };
}
