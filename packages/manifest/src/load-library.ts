import { createRequire } from 'node:module';

type Yaml = typeof import('yaml');
type Zod = Omit<typeof import('zod/mini'), 'default'>;
type SemverCompare = typeof import('semver/functions/compare.js');

const require = createRequire(import.meta.url);

let yaml: Yaml | undefined;
let zod: Zod | undefined;
let semverCompare: SemverCompare | undefined;

/** `yaml`, on first use: it takes as long to load as all of this package, and many commands never read a file. */
export function loadYaml(): Yaml {
  yaml ??= require('yaml') as Yaml;
  return yaml;
}

/** `zod/mini`, on first use: few manifests ask for permissions, and it takes as long to load as Node does to start. */
export function loadZod(): Zod {
  zod ??= require('zod/mini') as Zod;
  return zod;
}

/** semver's comparison alone, on first use: the whole of semver takes three times as long to load. */
export function loadSemverCompare(): SemverCompare {
  semverCompare ??= require('semver/functions/compare.js') as SemverCompare;
  return semverCompare;
}
