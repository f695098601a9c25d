import { basename, dirname, extname, join } from 'node:path';

/** Where the parts of a registry in files lie. */
export interface RegistryPlaces {
  /** The list of manifests: `registry.json`. */
  readonly file: string;
  /** `registry/owners.json` */
  readonly owners: string;
  /** `registry/registry.lock` */
  readonly lock: string;
  /** `registry/artifacts`, a folder */
  readonly artifacts: string;
}

/** The places that belong to a registry file (formats.md, "Registry file"): a folder beside it, with its name but for the extension. */
export function registryPlaces(file: string): RegistryPlaces {
  const extension = extname(file);
  const folder = join(dirname(file), extension === '' ? `${basename(file)}.d` : basename(file, extension));
  return {
    file,
    owners: join(folder, 'owners.json'),
    lock: join(folder, 'registry.lock'),
    artifacts: join(folder, 'artifacts'),
  };
}
