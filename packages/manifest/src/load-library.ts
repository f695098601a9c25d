import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** `yaml`, on first use: it takes longer to load than the rest of this package, and many commands never read a file. */
export function loadYaml(): typeof import('yaml') {
  return require('yaml');
}

/** `zod/mini`, on first use: few manifests ask for permissions, and it takes as long to load as Node does to start. */
export function loadZod(): Omit<typeof import('zod/mini'), 'default'> {
  return require('zod/mini');
}

/** semver's comparison alone, on first use: the whole of semver takes three times as long to load. */
export function loadSemverCompare(): typeof import('semver/functions/compare.js') {
  return require('semver/functions/compare.js');
}
