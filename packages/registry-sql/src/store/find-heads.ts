import { latestVersion, type RegistryEntry } from '@agentmesh/registry';

/** Which versions a name stands for, by their spelling. */
export interface Heads {
  /** Among all. */
  readonly latest: string | undefined;
  /** Among those without an organization. */
  readonly latestPublic: string | undefined;
  /** Among those without an organization and those of one, for each that has some. */
  readonly byOrganization: ReadonlyMap<string, string>;
}

/** Finds out which versions a name stands for, depending on who asks. */
export function findHeads(entries: readonly RegistryEntry[]): Heads {
  const all = entries.map(({ manifest, status }) => ({
    version: manifest.version,
    organization: manifest.organization,
    state: status.state,
  }));
  const isPublic = (one: { organization: string | null }) => one.organization === null;
  const organizations = new Set(all.map((one) => one.organization).filter((one) => one !== null));
  const heads = [...organizations].flatMap((organization): [string, string][] => {
    const seen = all.filter((one) => isPublic(one) || one.organization === organization);
    const head = latestVersion(seen);
    return head === undefined ? [] : [[organization, head.version]];
  });
  return {
    latest: latestVersion(all)?.version,
    latestPublic: latestVersion(all.filter(isPublic))?.version,
    byOrganization: new Map(heads),
  };
}
