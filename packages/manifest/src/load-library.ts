import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** `yaml`, on first use: it takes longer to load than the rest of this package, and many commands never read a file. */
export function loadYaml(): typeof import('yaml') {
  return require('yaml');
}

/** `zod/mini`, on first use: few manifests ask for permissions, and it takes as long to load as Node does to start. */
export function loadZod(): typeof import('zod/mini') {
  return require('zod/mini');
}
