import { existsSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import type { Place } from '../place/resolve-place.js';

/** The folders on the way to a place that do not exist yet, outermost first, below its base. */
export function missingFolders({ base, path }: Place): string[] {
  const missing: string[] = [];
  for (let at = dirname(path); at !== base && !existsSync(at); at = dirname(at)) {
    missing.unshift(relative(base, at).replaceAll(sep, '/'));
  }
  return missing;
}
